import { describe, expect, it } from 'vitest';
import { endPatiently } from '#shared/adapters/process/end-patiently.ts';
import { keepTail } from '#shared/adapters/process/keep-tail.ts';

describe('a process', () => {
  it('that ends when asked is not killed', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    let killed = false;
    await endPatiently({ ask: resolve, kill: () => (killed = true), ended, patienceMs: 10 });
    await new Promise((done) => setTimeout(done, 20));
    expect(killed).toBe(false);
  });

  it('that does not end in time is killed, even while it is being asked', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    await endPatiently({ ask: () => ended, kill: resolve, ended, patienceMs: 5 });
  });

  it('is known by the end of what it printed', () => {
    const tail = keepTail();
    tail.add('a'.repeat(3000));
    tail.add('b'.repeat(3000));
    expect(tail.text()).toBe('a'.repeat(1000) + 'b'.repeat(3000));
  });
});
