import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { Progress } from '#cli/terminal/progress.ts';

function watch({ isTTY, json }: { readonly isTTY: boolean; readonly json: boolean }) {
  const clock = { ms: 0 };
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 });
  // A terminal's stream is one of those, as far as progress looks at it.
  const progress = new Progress(stream as unknown as WriteStream, json, () => clock.ms);
  return { progress, clock, written: () => String(stream.read() ?? '') };
}

describe('Progress', () => {
  it('rewrites one line on a terminal', () => {
    const { progress, written } = watch({ isTTY: true, json: false });
    progress.show({ phase: 'evaluating', text: '1 of 9' });
    progress.show({ phase: 'evaluating', text: '2 of 9' });
    progress.clear();
    expect(written()).toBe('\r\x1b[2K1 of 9\r\x1b[2K2 of 9\r\x1b[2K');
  });

  it('is a plain line every ten seconds elsewhere, and one for each new phase', () => {
    const { progress, clock, written } = watch({ isTTY: false, json: false });
    progress.show({ phase: 'preparing', text: 'preparing' });
    for (let second = 0; second < 25; second++) {
      clock.ms = second * 1000;
      progress.show({ phase: 'evaluating', text: `${second} of 25` });
    }
    expect(written()).toBe('preparing\n0 of 25\n10 of 25\n20 of 25\n');
  });

  it('is JSON lines if asked, on a terminal too', () => {
    const { progress, clock, written } = watch({ isTTY: true, json: true });
    for (let part = 0; part < 5; part++) {
      clock.ms = part * 500;
      progress.show({ phase: 'evaluating', text: 'for people', numbers: { completions: part } });
    }
    const lines = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual(
      [0, 2, 4].map((completions) => ({ event: 'progress', phase: 'evaluating', completions })),
    );
  });
});
