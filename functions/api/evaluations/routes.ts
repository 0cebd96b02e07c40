import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { KnownError } from '#shared/errors.ts';
import { failureEntry } from '#shared/log-entry.ts';
import { apiApp } from '../../http/api-app.ts';
import { entityTag, hasVersion } from '../../http/entity-tag.ts';
import { sendKept } from '../../http/json-bytes.ts';
import { type ComparingPorts, compareEvaluations } from '../../results/evaluations/compare-evaluations.ts';
import type { Comparison } from '../../results/evaluations/comparison-view.ts';
import { viewTag } from '../../results/evaluations/evaluation-view.ts';
import { followProgress, progressId } from '../../results/evaluations/follow-progress.ts';
import { listEvaluations } from '../../results/evaluations/list-evaluations.ts';
import { listSamples } from '../../results/evaluations/list-samples.ts';
import { findRequest, readEvaluation } from '../../results/evaluations/read-evaluation.ts';
import { readSample } from '../../results/evaluations/read-sample.ts';
import type { ApiPorts } from '../api-ports.ts';
import { cancelEvaluation } from './cancel-evaluation.ts';
import { requestEvaluation } from './request-evaluation.ts';
import { retryEvaluation } from './retry-evaluation.ts';
import * as route from './route-documents.ts';

/** How long a client waits before it connects again, milliseconds. */
const RETRY_MS = 3000;

/** Asking for evaluations, following and comparing them. */
export function evaluationRoutes(ports: Ports) {
  return apiApp()
    .openapi(route.askRoute, async (c) => {
      const { evaluation, created } = await requestEvaluation(c.req.valid('json'), ports);
      c.header('Location', `/v1/evaluations/${evaluation}`);
      return c.json(await readEvaluation(evaluation, ports), created ? 201 : 200);
    })
    .openapi(route.listRoute, async (c) => c.json(await listEvaluations(c.req.valid('query'), ports), 200))
    .openapi(route.readRoute, async (c) => {
      const view = await readEvaluation(c.req.valid('param').evaluation, ports);
      c.header('Cache-Control', 'private, no-cache'); // keep it, ask with its ETag
      if (hasVersion(c, viewTag(view, ports.host.version))) return c.body(null, 304);
      return view.over ? sendKept(c, view) : c.json(view, 200);
    })
    .openapi(route.retryRoute, async (c) => {
      const { maxCostUsd } = c.req.valid('json');
      return c.json(await retryEvaluation(c.req.valid('param').evaluation, maxCostUsd, ports), 202);
    })
    .openapi(route.cancelRoute, async (c) =>
      c.json(await cancelEvaluation(c.req.valid('param').evaluation, ports), 202),
    )
    .openapi(route.samplesRoute, async (c) =>
      sendKept(c, await listSamples(c.req.valid('param').evaluation, c.req.valid('query'), ports)),
    )
    .openapi(route.sampleRoute, async (c) => {
      const { evaluation, benchmark, problem, sample } = c.req.valid('param');
      return c.json(await readSample(evaluation, `${benchmark}/${problem}`, sample, ports), 200);
    })
    .openapi(route.compareRoute, async (c) => {
      const { evaluation, other } = c.req.valid('param');
      const { name, read } = await compareEvaluations(evaluation, [other], c.req.valid('query'), ports);
      c.header('Cache-Control', 'private, no-cache'); // keep it, ask with its ETag
      if (hasVersion(c, entityTag(`${ports.host.version} ${name}`))) return c.body(null, 304);
      const [comparison] = await read();
      return sendKept(c, comparison as Comparison); // one for the other
    })
    .openapi(route.compareSeveralRoute, async (c) => {
      const { others, ...query } = c.req.valid('query');
      const { name, read } = await compareEvaluations(c.req.valid('param').evaluation, others, query, ports);
      c.header('Cache-Control', 'private, no-cache'); // keep it, ask with its ETag
      if (hasVersion(c, entityTag(`${ports.host.version} several ${name}`))) return c.body(null, 304);
      return c.json({ items: [...(await read())] }, 200);
    })
    .openapi(route.eventsRoute, async (c) => {
      const { evaluation } = c.req.valid('param');
      await findRequest(ports.store, evaluation);
      assertStreaming(ports, evaluation);
      const seen = c.req.valid('header')['last-event-id'];
      // A browser connects again whenever a stream has ended, unless it is told that there is no more.
      if (seen !== undefined && (await isAllSeen(evaluation, seen, ports))) return c.body(null, 204);
      return streamSSE(c, (stream) => tell(evaluation, seen, stream, ports));
    });
}

type Ports = ApiPorts & ComparingPorts;

async function isAllSeen(evaluation: string, seen: string, ports: Ports): Promise<boolean> {
  const view = await readEvaluation(evaluation, ports);
  return view.over && progressId(view) === seen;
}

async function tell(
  evaluation: string,
  seen: string | undefined,
  stream: SSEStreamingApi,
  ports: Ports,
): Promise<void> {
  const wait = (ms: number) => stream.sleep(ms).then(() => !stream.aborted);
  try {
    for await (const progress of followProgress(evaluation, ports, wait, seen)) {
      const id = progressId(progress);
      await stream.writeSSE({ event: 'progress', id, retry: RETRY_MS, data: JSON.stringify(progress) });
    }
  } catch (error) {
    // The answer has begun, so that it can only end; who listens connects again.
    ports.log(failureEntry('events-failed', error));
  }
}

function assertStreaming({ host }: ApiPorts, evaluation: string): void {
  if (host.canStream) return;
  throw new KnownError(
    'streaming-unavailable',
    `This host answers whole responses only. Poll GET /v1/evaluations/${evaluation} with its ETag instead.`,
  );
}
