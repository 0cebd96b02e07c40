/**
 * `oneshot serve` while clients ask it to judge much and then leave: CPU seconds that it works on for nobody, and how
 * long others wait meanwhile. Needs Linux, for the CPU time of a process. Waiting times depend on who else uses the
 * machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '#cli/package/package-root.ts';
import { createToken } from '#functions/tokens/stored-tokens.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import type { BenchResult } from './bench-result.ts';
import { quantile } from './quantile.ts';

const CLIENTS = 16;
const CASES = 500;
/** So that none of them is refused for what the others have under way. */
const TOKENS = 4;
/** CPU time that the server works before they leave. */
const STAY_SECONDS = 2;
const ROOTS = 60;
/** Of /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const IDLE_SECONDS = 0.05;

export interface VerifyLoad {
  /** CPU seconds of the server from when the clients have gone until it is idle. */
  readonly leftSeconds: number;
  /** CPU seconds of the server while they were there. */
  readonly workedSeconds: number;
  /** How long each request for /healthz took while they were there. */
  readonly healthMs: readonly number[];
}

export async function bench(): Promise<Omit<BenchResult, 'bench'>> {
  const { leftSeconds, workedSeconds, healthMs } = await verifyLoad();
  const [p50, p99] = [quantile(healthMs, 0.5), quantile(healthMs, 0.99)];
  const metrics = {
    ...{ leftSeconds, workedSeconds, healthRequests: healthMs.length },
    ...{ healthP50Ms: p50, healthP99Ms: p99, healthMaxMs: Math.max(...healthMs) },
  };
  return {
    metrics,
    targets: [
      { what: 'CPU seconds left behind', value: leftSeconds, target: 2, met: leftSeconds < 2 },
      { what: 'p99 of /healthz, ms', value: p99, target: 50, met: p99 < 50 },
    ],
  };
}

/** Lets clients come, ask for sets of roots to be compared, and go. */
export async function verifyLoad(): Promise<VerifyLoad> {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-load-'));
  const tokens = await Promise.all(
    Array.from({ length: TOKENS }, (_, index) => tokenIn(home, `client ${index}`)),
  );
  const server = spawn(
    process.execPath,
    [join(packageRoot, 'cli/main.ts'), 'serve', '--json', '--port', '0', '--home', home],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { url } = JSON.parse(line) as { url: string };
    const [one, many] = [JSON.stringify(hardCases(1)), JSON.stringify(hardCases(CASES))];
    const ask = (cases: number, client: number, signal: AbortSignal) =>
      fetch(`${url}/v1/verify`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${tokens[client % TOKENS]}`,
          'content-type': 'application/json',
        },
        body: cases === 1 ? one : many,
        signal,
      });
    // The threads start, which is no part of the work.
    await Promise.all(
      Array.from({ length: CLIENTS }, (_, client) => ask(1, client, AbortSignal.timeout(60_000))),
    );
    await idle(server);
    const before = await cpuSeconds(server);
    const leaving = new AbortController();
    const asked = Array.from({ length: CLIENTS }, (_, client) =>
      ask(CASES, client, leaving.signal).then(
        ({ status }) => status,
        () => 'left' as const,
      ),
    );
    const healthMs = await watchHealth(url, async () => (await cpuSeconds(server)) - before < STAY_SECONDS);
    leaving.abort();
    const after = await cpuSeconds(server);
    const answers = new Set(await Promise.all(asked));
    if (!answers.has('left') || answers.has(429)) throw new Error(`answered ${[...answers].join(', ')}`);
    await idle(server);
    return { healthMs, workedSeconds: after - before, leftSeconds: (await cpuSeconds(server)) - after };
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await rm(home, { recursive: true, force: true });
  }
}

function tokenIn(home: string, name: string): Promise<string> {
  return createToken(new FolderStore(join(home, 'store')), { name, scope: 'read', createdAt: 0 });
}

/** Sets of roots in another order and form: tens of milliseconds each. */
function hardCases(count: number): object[] {
  const numbers = Array.from({ length: ROOTS }, (_, index) => 2 + 3 * index);
  const gold = set(numbers.map((n) => `\\sqrt{${n}}`));
  const answer = set(numbers.reverse().map((n) => `\\frac{\\sqrt{${4 * n}}}2`));
  return Array.from({ length: count }, (_, id) => ({ id, gold, answer }));
}

function set(elements: readonly string[]): string {
  return `\\{${elements.join(',')}\\}`;
}

async function watchHealth(url: string, goesOn: () => Promise<boolean>): Promise<number[]> {
  const times: number[] = [];
  for (; await goesOn(); await sleep(5)) {
    const start = performance.now();
    await (await fetch(`${url}/healthz`)).text();
    times.push(performance.now() - start);
  }
  return times;
}

/** Of all threads of a process, so far. */
async function cpuSeconds({ pid }: ChildProcess): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]]; // utime and stime of proc(5)
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

/** Resolves once a second passes in which a process does nothing to speak of. */
async function idle(process: ChildProcess): Promise<void> {
  for (
    let [before, now] = [Number.NEGATIVE_INFINITY, await cpuSeconds(process)];
    now - before > IDLE_SECONDS;
  ) {
    await sleep(1000);
    [before, now] = [now, await cpuSeconds(process)];
  }
}
