import fc from 'fast-check';
import { expect, it } from 'vitest';
import { counted, dateText, number } from '#functions/dashboard/shell/format.ts';

it('writes whole numbers as the language tables of the platform do', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const written = (value + 0).toLocaleString('en-US');
      expect(number(value)).toBe(written.replace('-', '−'));
      expect(counted(Math.abs(value), 'step')).toMatch(new RegExp(`^${written.replace('-', '')} step`));
    }),
  );
});

it('writes dates as the language tables of the platform do', () => {
  const format = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  const times = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (at) => {
      const [day, time] = [at.toLocaleDateString('en-GB', format), at.toISOString().slice(11, 16)];
      expect(dateText(at.getTime())).toBe(`${day}, ${time}`);
    }),
  );
});
