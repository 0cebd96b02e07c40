import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, ask } from '../served/ask.ts';

/** What a load met. */
export interface Met {
  readonly perSecond: number;
  /** How long each request took, milliseconds: under an open load from when it was due. */
  readonly tookMs: readonly number[];
}

/** Clients that ask again as soon as they are answered. @param next - makes the next request */
export async function closedLoad(clients: number, seconds: number, next: () => Asked): Promise<Met> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const tookMs: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const from = performance.now();
      await ask(agent, next());
      tookMs.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const elapsed = (performance.now() - start) / 1000;
  agent.destroy();
  return { perSecond: tookMs.length / elapsed, tookMs };
}

/** Requests that come at their times, however long those before them take. */
export async function openLoad(perSecond: number, seconds: number, next: () => Asked): Promise<Met> {
  const agent = new Agent({ keepAlive: true });
  const start = performance.now();
  const waiting: Promise<number>[] = [];
  for (let i = 0; i < perSecond * seconds; i++) {
    const due = start + (i * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    waiting.push(ask(agent, next()).then(() => performance.now() - due));
  }
  const tookMs = await Promise.all(waiting);
  agent.destroy();
  return { perSecond: tookMs.length / ((performance.now() - start) / 1000), tookMs };
}
