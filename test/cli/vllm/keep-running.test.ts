import { afterEach, describe, expect, it } from 'vitest';
import type { Supervised } from '#cli/processes/supervise.ts';
import { keepRunning } from '#cli/vllm/keep-running.ts';
import { type ServerProcess, startServerProcess } from '#shared/adapters/vllm/server-process.ts';
import type { LogEntry } from '#shared/log-entry.ts';

const start = () =>
  startServerProcess({ program: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'], env: {} });

describe('a server that lives', () => {
  let kept: Supervised | undefined;
  const problems: LogEntry[] = [];
  const started: ServerProcess[] = [];
  afterEach(async () => {
    await kept?.stop();
    problems.length = 0;
    started.length = 0;
  });

  /** @param healthy - at each look, how many have been started again */
  function keep(healthy: (restarts: number) => boolean): ServerProcess {
    const first = start();
    kept = keepRunning(first, {
      start: async () => {
        const server = start();
        started.push(server);
        return server;
      },
      control: { healthy: async () => healthy(started.length) },
      heartbeatMs: 10,
      silenceMs: 200,
      onProblem: (entry) => problems.push(entry),
    });
    return first;
  }

  it('and never answers is ended, and another started, about which somebody hears', async () => {
    const first = keep((restarts) => restarts > 0);
    await first.ended;
    expect(problems).toEqual([]);
    await expect.poll(() => started.length, { timeout: 5000 }).toBe(1);
    expect(problems).toMatchObject([
      {
        event: 'model-server-died',
        deaths: 1,
        detail: expect.stringMatching(
          /unanswered for 0\.2 s \(MODEL_SERVER_SILENCE_SECONDS\), so it was ended/,
        ),
      },
    ]);
    expect(started[0]?.alive()).toBe(true);
  });

  it('and answers now and then is left alone', async () => {
    let looks = 0;
    const first = keep(() => looks++ % 5 === 0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(looks).toBeGreaterThan(10);
    expect(first.alive()).toBe(true);
    await kept?.stop();
    expect(problems).toEqual([]);
  });
});
