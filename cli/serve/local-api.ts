import { availableParallelism } from 'node:os';
import { UNLIMITED } from '#functions/admission/worker-env.ts';
import type { ApiHost, ApiPorts } from '#functions/api/api-ports.ts';
import { type Api, api } from '#functions/api/app.ts';
import { CachedLists } from '#functions/results/cached-lists.ts';
import { queueDepths } from '#functions/stage/queue-depths.ts';
import { oneToken } from '#functions/tokens/one-token.ts';
import { storedTokens } from '#functions/tokens/stored-tokens.ts';
import { readRunLog } from '#shared/adapters/local/read-run-log.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { generatorVersion } from '#shared/inference/generator-version.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { sendTo } from '#shared/messaging/send.ts';
import { packageVersion } from '../package/package-version.ts';
import { driverNews } from '../processes/driver-news.ts';
import { LocalSessions } from './local-sessions.ts';
import { TextQueue } from './text-queue.ts';

/** The API and the pages over a workspace. */
export interface LocalApi {
  readonly app: Api;
  /** Signs one browser in: part of the link that is printed. */
  readonly code: string;
  /** Ends the thread that completes texts. */
  close(): Promise<void>;
}

/** The API over a workspace, for whoever holds the token of that hash or a stored one. */
export function localApi(
  workspace: Workspace,
  tokenSha256: string,
  {
    judges,
    endpoints,
    concurrency,
    precision,
    trouble,
    log,
  }: Pick<ApiPorts, 'judges' | 'log'> &
    Pick<ApiHost, 'endpoints' | 'concurrency' | 'trouble'> & { readonly precision: WeightPrecision },
): LocalApi {
  const { store, queues, home } = workspace;
  const clock = { now: Date.now };
  const token = { schemaVersion: 1, name: 'oneshot serve', scope: 'write', createdAt: clock.now() } as const;
  const known = oneToken(tokenSha256, token, storedTokens(store));
  const sessions = new LocalSessions(tokenSha256, known, clock);
  const texts = new TextQueue(workspace, { threads: availableParallelism(), precision });
  const app = api({
    ...{ store, clock, log, judges, send: sendTo(queues), lists: new CachedLists(store, clock) },
    ...{ sessions, tokens: sessions.tokens },
    drivers: () => driverNews(home),
    runLog: (run, after, most) => readRunLog(home, run, after, most),
    depths: () => queueDepths(queues),
    benchmark: benchmarkByName,
    texts,
    // This machine is what there is, and its time is free.
    host: {
      version: packageVersion,
      generatorVersion,
      endpoints,
      concurrency,
      worker: UNLIMITED,
      costUsd: () => 0,
      maxCompletions: Number.POSITIVE_INFINITY,
      canStream: true,
      trouble,
    },
  });
  return { app, code: sessions.code, close: () => texts.close() };
}
