import { KnownError } from '#shared/errors.ts';

/** What an hour of the machine costs, `ONESHOT_USD_PER_HOUR`; `undefined` where nobody says. @throws {KnownError} `price-invalid` */
export function usdPerHour(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['ONESHOT_USD_PER_HOUR'] ?? '';
  if (text.trim() === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text.trim())) return Number(text);
  throw new KnownError(
    'price-invalid',
    `ONESHOT_USD_PER_HOUR is "${text}". Give US dollars as a number such as 2.5, or leave it out.`,
  );
}
