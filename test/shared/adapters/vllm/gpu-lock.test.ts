import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gpuLock } from '#shared/adapters/vllm/gpu-lock.ts';

const name = `test-lock-${process.pid}`;

describe('the lock of a GPU', () => {
  it('lets one work at a time, and nobody twice while another waits', async () => {
    const turns: string[] = [];
    let working = 0;
    const worker = async (who: string) => {
      const lock = gpuLock(name);
      for (let i = 0; i < 3; i++) {
        await lock(async () => {
          expect(++working).toBe(1);
          turns.push(who);
          await new Promise((resolve) => setTimeout(resolve, 20));
          working--;
        });
      }
    };
    await Promise.all([worker('trainer'), worker('evaluation')]);
    expect(turns).toHaveLength(6);
    expect(turns.slice(1, 5).some((turn, i) => turn === turns[i])).toBe(false);
  });

  it('comes round to everybody', async () => {
    const turns: string[] = [];
    const worker = async (who: string) => {
      for (let i = 0; i < 4; i++) {
        await gpuLock(name)(async () => {
          turns.push(who);
          await new Promise((resolve) => setTimeout(resolve, 50));
        });
      }
    };
    await Promise.all(['trainer', 'first', 'second'].map(worker));
    expect(new Set(turns.slice(0, 6)).size).toBe(3);
  });

  it('costs no time where nobody waits', async () => {
    const waits: unknown[] = [];
    const whileWaiting = <T>(wait: () => Promise<T>) => {
      waits.push(wait);
      return wait();
    };
    const lock = gpuLock(name, { whileWaiting });
    const start = performance.now();
    for (let i = 0; i < 20; i++) await lock(async () => undefined);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(waits).toEqual([]);
  });

  it('says when it is waited for, and when others are let in', async () => {
    const waits: string[] = [];
    const of = (who: string) =>
      gpuLock(name, {
        whileWaiting: (wait) => {
          waits.push(who);
          return wait();
        },
      });
    let enter = () => {};
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    const first = of('first')(async () => {
      enter();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await entered;
    await Promise.all([first, of('second')(async () => expect(waits).toEqual(['second', 'first']))]);
    expect(waits).toEqual(['second', 'first']);
  });

  it('is not taken by who has given up waiting', async () => {
    const over = new AbortController();
    await gpuLock(name)(async () => {
      const waiting = gpuLock(name, { signal: over.signal })(async () => 'mine');
      setTimeout(() => over.abort(new Error('enough')), 50);
      await expect(waiting).rejects.toThrow('enough');
    });
    const start = performance.now();
    await gpuLock(name)(async () => undefined);
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('is free again after work that failed', async () => {
    const lock = gpuLock(name);
    await expect(lock(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await lock(async () => 'next')).toBe('next');
  });

  it('is free again after its holder was killed', async () => {
    const file = resolve(import.meta.dirname, '../../../../shared/adapters/vllm/gpu-lock.ts');
    const script = `import { gpuLock } from '${file}';
      await gpuLock('${name}')(async () => { console.log('held'); await new Promise((r) => setTimeout(r, 1e6)); });`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    await once(holder.stdout, 'data');
    let entered = false;
    const waiting = gpuLock(name)(async () => {
      entered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(entered).toBe(false);
    holder.kill('SIGKILL');
    await waiting;
    expect(entered).toBe(true);
  });
});
