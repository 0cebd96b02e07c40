import { describe, expect, it } from 'vitest';
import { inParallel } from '#shared/in-parallel.ts';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('inParallel', () => {
  it('gives results in the order of the things, and never works on more than it may', async () => {
    let [now, most] = [0, 0];
    const results = await inParallel([3, 1, 2, 0], 2, async (n) => {
      most = Math.max(most, ++now);
      await later(n);
      now--;
      return n * 10;
    });
    expect(results).toEqual([30, 10, 20, 0]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure, and waits for what is at work', async () => {
    const seen: number[] = [];
    let ended = false;
    const working = inParallel([0, 1, 2, 3, 4], 2, async (n, signal) => {
      seen.push(n);
      if (n === 0) throw new Error('odd');
      await later(10);
      expect(signal.aborted).toBe(true);
      ended = true;
    });
    await expect(working).rejects.toThrow('odd');
    expect(ended).toBe(true);
    expect(seen).toEqual([0, 1]);
  });

  it('begins nothing after its caller gave up, and says so', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const working = inParallel([1], 1, async () => expect.unreachable(), signal);
    await expect(working).rejects.toThrow('enough');
  });
});
