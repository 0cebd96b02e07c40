import { z } from '@hono/zod-openapi';
import { sum } from '#shared/metrics/sum.ts';
import { Digest } from '#shared/records/ids.ts';
import { generationId } from '#shared/storage/evaluation-identity.ts';
import { keys, parseOutcome, parsePart, type RoundRef } from '#shared/storage/keys.ts';
import { TimeText, timeText } from '../../http/time-text.ts';
import { newestRound } from '../evaluations/newest-round.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { type DeliveredShard, shardTelemetry } from '../shard-telemetry.ts';
import { stragglers } from './stragglers.ts';

const Span = z.object({
  from: TimeText,
  to: TimeText,
  seconds: z.number().meta({ description: 'As its worker measured it; 0 where nobody has.' }),
});
type Span = z.infer<typeof Span>;

const seconds = z.number();
const Loading = z.object({
  start: seconds.meta({ description: 'Of the environments that Lambda started for it.' }),
  wait: seconds.meta({ description: 'For another worker that rounded the model.' }),
  fetch: seconds.meta({ description: "Of the model's files from the store." }),
  round: seconds.meta({ description: 'Of weights to less bits.' }),
  open: seconds.meta({ description: 'Of the session.' }),
});

const ShardTime = z.object({
  shard: z.number().int(),
  generate: Span.nullable(),
  verify: Span.nullable(),
  deliveries: z.number().int().meta({ description: 'Messages of the shard that a worker has handled.' }),
  loading: Loading.meta({ description: 'Seconds of its deliveries before the model was there.' }),
  straggles: z.boolean().meta({ description: 'It took more than 1.5 times what shards of the round take.' }),
});
export type ShardTime = z.infer<typeof ShardTime>;

/**
 * When what of a round was done, as the store knows it: an object is there when a stage is done, and how long a stage took its
 * worker has measured.
 */
export const EvaluationTimeline = z
  .object({
    evaluation: Digest,
    round: z.number().int(),
    askedAt: TimeText.nullable(),
    plannedAt: TimeText.nullable(),
    endedAt: TimeText.nullable().meta({ description: 'When its summary was stored.' }),
    shards: z.array(ShardTime).meta({ description: 'Those that this round works on, by number.' }),
    kept: z.number().int().meta({ description: 'Shards that count as an earlier round scored them.' }),
  })
  .openapi('EvaluationTimeline');
export type EvaluationTimeline = z.infer<typeof EvaluationTimeline>;

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** The newest round of an evaluation over time. @throws {KnownError} `evaluation-unknown` */
export async function evaluationTimeline(evaluation: string, ports: Ports): Promise<EvaluationTimeline> {
  const { ref, request, manifest } = await newestRound(evaluation, ports);
  const stored = await storedTimes(ref, generationId(request.generation), ports);
  const handled = (await shardTelemetry(evaluation, ports)).filter(
    ({ round, failed }) => round === ref.round && failed === undefined,
  );
  const ofShard = Map.groupBy(handled, ({ shard }) => shard);
  const open = manifest?.shards.filter(({ from }) => from === undefined) ?? [];
  const times = open.map(({ shard }) => shardTime(shard, stored, ofShard.get(shard) ?? []));
  const late = stragglers(times.map((time) => [time.shard, secondsOf(time)] as const));
  return {
    ...{ evaluation, round: ref.round },
    askedAt: textOf(stored.askedAt),
    plannedAt: textOf(stored.plannedAt),
    endedAt: textOf(stored.endedAt),
    shards: times.map((time) => ({ ...time, straggles: late.has(time.shard) })),
    kept: (manifest?.shards.length ?? 0) - open.length,
  };
}

/** When what was stored, milliseconds since 1970. */
interface StoredTimes {
  readonly askedAt: number | undefined;
  readonly plannedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** By shard, when the last of its completions was there. */
  readonly made: ReadonlyMap<number, number>;
  readonly judged: ReadonlyMap<number, number>;
}

async function storedTimes(ref: RoundRef, generation: string, { store }: Ports): Promise<StoredTimes> {
  const [facts, parts, pending] = await Promise.all([
    store.describe(keys.prefix.evaluation(ref.evaluation)),
    store.describe(keys.prefix.allParts(generation)),
    store.describe(keys.prefix.pendingRounds(ref.evaluation)),
  ]);
  const at = (wanted: string) => facts.find(({ key }) => key === wanted)?.storedAtMs;
  const promised = pending.find(({ key }) => key === keys.pendingEvaluation(ref))?.storedAtMs;
  const outcomes = facts.filter(({ key }) => key.startsWith(keys.prefix.outcomes(ref)));
  return {
    // Of a retry that is over nobody has kept when it was asked for.
    askedAt: promised ?? (ref.round === 0 ? at(keys.evaluationRequest(ref.evaluation)) : undefined),
    plannedAt: at(keys.roundManifest(ref)),
    endedAt: at(keys.summary(ref)) ?? at(keys.refused(ref)),
    made: latest(parts.map(({ key, storedAtMs }) => [parsePart(key), storedAtMs])),
    judged: latest(outcomes.map(({ key, storedAtMs }) => [parseOutcome(key), storedAtMs])),
  };
}

function latest(times: readonly (readonly [shard: number, atMs: number])[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [shard, atMs] of times) found.set(shard, Math.max(atMs, found.get(shard) ?? 0));
  return found;
}

function shardTime(
  shard: number,
  { plannedAt, made, judged }: StoredTimes,
  handled: readonly DeliveredShard[],
): Omit<ShardTime, 'straggles'> {
  // Whichever delivery did the work took longest; one that came again found it done.
  const longest = (type: DeliveredShard['type']) =>
    Math.max(0, ...handled.filter((each) => each.type === type).map(({ seconds }) => seconds));
  return {
    shard,
    generate: spanTo(made.get(shard), longest('generate-shard'), plannedAt),
    verify: spanTo(judged.get(shard), longest('verify-shard'), made.get(shard)),
    deliveries: handled.length,
    loading: loadingOf(handled),
  };
}

function loadingOf(handled: readonly DeliveredShard[]): z.infer<typeof Loading> {
  const of = (kind: string) => sum(handled.map(({ turn }) => turn?.seconds[kind] ?? 0));
  const start = sum(handled.map(({ billed }) => billed?.initSeconds ?? 0));
  return { start, wait: of('wait'), fetch: of('fetch'), round: of('round'), open: of('open') };
}

/**
 * What ended when an object was stored. A worker measures until its message is settled, a moment longer than that.
 *
 * @param sinceMs - it cannot have begun earlier
 */
function spanTo(endMs: number | undefined, seconds: number, sinceMs: number | undefined): Span | null {
  if (endMs === undefined) return null;
  const from = Math.min(endMs, Math.max(endMs - 1000 * seconds, sinceMs ?? 0));
  return { from: timeText(from), to: timeText(endMs), seconds };
}

function secondsOf({ generate, verify }: Omit<ShardTime, 'straggles'>): number {
  return (generate?.seconds ?? 0) + (verify?.seconds ?? 0);
}

function textOf(ms: number | undefined): string | null {
  return ms === undefined ? null : timeText(ms);
}
