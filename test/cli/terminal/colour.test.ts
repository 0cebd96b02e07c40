import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasColours } from '#cli/terminal/colour.ts';

/** A terminal as Node knows it, as far as colours are concerned. */
function terminal(isTTY: boolean): NodeJS.WritableStream {
  const { getColorDepth } = WriteStream.prototype;
  return Object.assign(new PassThrough(), isTTY ? { isTTY, getColorDepth } : {});
}

describe('colours', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('on a terminal %s with %j: %s', (isTTY, variables, expected) => {
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(hasColours(terminal(isTTY))).toBe(expected);
  });
});
