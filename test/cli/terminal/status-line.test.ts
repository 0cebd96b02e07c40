import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, it } from 'vitest';
import { StatusLine } from '#cli/terminal/status-line.ts';

it('leaves out whole fields, the last first, where a terminal is narrow', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
  const line = new StatusLine(stream as unknown as WriteStream); // as far as it looks at one
  const fields = ['run ████ 2/8', '30 s left', 'Avg 38.8 % at step 0', 'reward 0.50'];
  const shown = [60, 40, 30, 5].map((columns) => {
    stream.columns = columns;
    line.show('anew');
    line.show(fields);
    return String(stream.read()).split('\r\x1b[2K').at(-1);
  });
  expect(shown).toEqual([
    'run ████ 2/8 · 30 s left · Avg 38.8 % at step 0',
    'run ████ 2/8 · 30 s left',
    'run ████ 2/8 · 30 s left',
    'run ████ 2/8',
  ]);
});
