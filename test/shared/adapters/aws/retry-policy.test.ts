import { describe, expect, it } from 'vitest';
import { RETRY_POLICY, retrying } from '#shared/adapters/aws/retry-policy.ts';

const busy = Object.assign(new Error('busy'), { name: 'SlowDown' });

/** The policy on which no time passes, with the pauses that it asked for. */
function recorded(random: number) {
  const pauses: number[] = [];
  const sleep = async (ms: number) => pauses.push(ms);
  return { pauses, policy: { ...RETRY_POLICY, sleep, random: () => random } };
}

describe('retrying', () => {
  it('gives the first answer, and tells each attempt how many came before it', async () => {
    const { pauses, policy } = recorded(1);
    const answer = await retrying(async (earlier) => {
      if (earlier < 2) throw busy;
      return earlier;
    }, policy);
    expect(answer).toBe(2);
    expect(pauses).toEqual([100, 200]);
  });

  it('gives up with the last error after pauses of 11 seconds at most', async () => {
    const { pauses, policy } = recorded(1);
    await expect(retrying(() => Promise.reject(busy), policy)).rejects.toBe(busy);
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000]);
  });

  it('may come back at once', async () => {
    const { pauses, policy } = recorded(0);
    await expect(retrying(() => Promise.reject(busy), policy)).rejects.toBe(busy);
    expect(new Set(pauses)).toEqual(new Set([0]));
  });

  it('tries nothing again that will fail again', async () => {
    const { pauses, policy } = recorded(1);
    for (const error of [new TypeError('a defect'), new Error('AccessDenied'), 'text']) {
      await expect(retrying(() => Promise.reject(error), policy)).rejects.toBe(error);
    }
    expect(pauses).toEqual([]);
  });
});
