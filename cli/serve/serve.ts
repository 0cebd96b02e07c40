/**
 * `oneshot serve`: the API of `functions/api/` on this machine alone.
 *
 * `listen.ts` is the server, which lets in neither other machines nor pages of other sites (`refuse-foreign.ts`);
 * `local-api.ts` is the API with its pages over a workspace, `judge-threads.ts` the threads that verify for it, `decoder-thread.ts` the one that completes texts (`text-queue.ts`),
 * `serving-token.ts` the token it asks for, and `local-sessions.ts` what browsers have instead. Evaluations are done by a
 * runner, which starts vLLM where one is installed and an evaluation asks for it. Imports `vllm/`, `processes/` and `package/`.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointVersions } from '#functions/admission/endpoint-settings.ts';
import { warmPages } from '#functions/dashboard/warm-pages.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { printable, printableJson } from '#shared/printable.ts';
import { startRunner } from '../processes/start-runner.ts';
import { findVllm } from '../vllm/find-vllm.ts';
import { serverOfRunner } from '../vllm/server-of-runner.ts';
import { MANAGED_ENDPOINT } from '../vllm/start-servers.ts';
import { judgeThreads } from './judge-threads.ts';
import { listen } from './listen.ts';
import { localApi } from './local-api.ts';
import { type ServingToken, servingToken } from './serving-token.ts';

/** At most so long it shows pages to nobody before it says where it is: a fast computer has shown all kinds after 0.9 s. */
const WARM_UP_MS = 3000;

export interface ServeOptions {
  readonly home: string;
  readonly json: boolean;
  readonly port: number;
  readonly workers: number;
  readonly threads: number;
  /** Of the decoder that completes texts; evaluations say their own. */
  readonly precision: WeightPrecision;
  readonly tokenFile?: string | undefined;
}

/** The HTTP API over a workspace, on this machine alone, with a runner that does what it is asked for; until Ctrl-C. */
export async function serve(options: ServeOptions): Promise<void> {
  const { home, json, port, workers, threads, precision, tokenFile } = options;
  const token = await servingToken(tokenFile);
  const workspace = openWorkspace(home);
  const log = (entry: LogEntry) => {
    if (entry.level === 'error')
      process.stderr.write(`${json ? printableJson(entry) : printable(describe(entry))}\n`);
  };
  const server = await serverFor(workers, process.env);
  const endpoints = endpointVersions({ ...process.env, ...server });
  let trouble: () => string | undefined = () => undefined;
  const judges = judgeThreads(availableParallelism());
  const { app, code, close } = localApi(workspace, token.sha256, {
    judges,
    ...{ endpoints, precision },
    // As the runner has it: plan in its main thread; each worker grades a shard at a time, and makes as many as its decoder has rows for.
    concurrency: { plan: 1, verify: workers },
    trouble: () => trouble(),
    log,
  });
  const listening = await listen(app, port);
  const pages = `${listening.url}/sign-in?code=${code}`;
  let announced = false;
  let runnerPid = 0;
  const onStart = (pid: number) => {
    runnerPid = pid;
    if (announced && json)
      process.stdout.write(`${JSON.stringify({ event: 'runner-started', runnerPid })}\n`);
  };
  const runner = startRunner(
    { home, workers, threads, env: server },
    { onStart, onProblem: log },
    { forever: true },
  );
  trouble = runner.trouble;
  const enough = new AbortController();
  // While the runner starts, which takes another processor as long.
  const warming = warmPages(async (address) => {
    const headers = { accept: 'text/html', authorization: `Bearer ${token.text}` };
    return (await app.request(address, { headers })).text();
  }, enough.signal);
  try {
    await Promise.race([warming, sleep(WARM_UP_MS), runner.failure()]);
    enough.abort();
    announce({ url: listening.url, pages, token, runnerPid }, json);
    announced = true;
    await runner.failure();
  } finally {
    enough.abort();
    await warming;
    await listening.close();
    await judges.close();
    await close();
    workspace.close();
  }
}

/** The vLLM that evaluations may ask for by the name `vllm`; `undefined` where there is none, or the name is taken. */
async function serverFor(workers: number, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv | undefined> {
  if (workers > 1 || Object.hasOwn(endpointVersions(env), MANAGED_ENDPOINT)) return undefined;
  const vllm = await findVllm(env);
  return vllm ? serverOfRunner(vllm, env) : undefined;
}

interface Served {
  readonly url: string;
  /** Signs a browser in, once. */
  readonly pages: string;
  readonly token: ServingToken;
  readonly runnerPid: number;
}

function announce({ url, pages, token: { text, isNew }, runnerPid }: Served, json: boolean): void {
  const line = { event: 'listening', url, pages, ...(isNew && { token: text }), runnerPid };
  const token = isNew ? `token  ${text}` : 'token  the one of the token file';
  const lines = [`pages  ${pages}`, `API    ${url}`, token, `docs   ${url}/docs`, 'Ctrl-C ends it.'];
  process.stdout.write(`${json ? JSON.stringify(line) : lines.join('\n')}\n`);
}

function describe({ event, code, detail }: LogEntry): string {
  return [event, code, detail].filter((part) => part !== undefined).join(': ');
}
