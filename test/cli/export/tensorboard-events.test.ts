import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '#cli/export/crc32c.ts';
import { tensorboardEvents } from '#cli/export/tensorboard-events.ts';
import { readEvents } from './read-events.ts';

describe('crc32c', () => {
  it('is what RFC 3720 says of its examples', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });
});

describe('tensorboardEvents', () => {
  it('are read back as they were: version first, then every value at its step and time', () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true });
    const row = fc.record({
      step: fc.nat({ max: 2 ** 40 }),
      atMs: fc.nat({ max: 2e12 }),
      values: fc.dictionary(fc.string({ maxLength: 200, unit: 'grapheme' }), value, {
        noNullPrototype: true,
      }),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const [first, ...events] = readEvents(tensorboardEvents(rows));
        expect(first?.fileVersion).toBe('brain.Event:2');
        expect(events).toEqual(
          rows.map(({ step, atMs, values }) => ({
            wallTime: atMs / 1000,
            step,
            fileVersion: '',
            scalars: Object.entries(values),
          })),
        );
      }),
    );
  });

  it('are the bytes that TensorBoard’s own classes give for such an event', () => {
    const event = tensorboardEvents([{ step: 3, atMs: 1500, values: { a: 0.5 } }]).subarray(16 + 24);
    expect(event.subarray(12, -4).toString('hex')).toBe('09000000000000f83f10032a0a0a080a0161150000003f');
  });
});
