import { expect, it } from 'vitest';
import { usdPerHour } from '#trainer/telemetry/usd-per-hour.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  [' 2.5 ', 2.5],
])('reads the price of an hour from %j as %j', (text, price) => {
  expect(usdPerHour(text === undefined ? {} : { ONESHOT_USD_PER_HOUR: text })).toBe(price);
});

it.each(['2,5', '$2', '-1', 'NaN', '1e3'])('refuses %j', (text) => {
  expect(() => usdPerHour({ ONESHOT_USD_PER_HOUR: text })).toThrow('such as 2.5');
});
