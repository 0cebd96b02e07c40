import { z } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import {
  type Completion,
  type EvaluationRequest,
  GraderName,
  type ScoredItem,
  VerdictKind,
} from '#shared/records/evaluations.ts';
import { BenchmarkName, ProblemId } from '#shared/records/ids.ts';
import type { Problem } from '#shared/records/problems.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { latestRound } from '#shared/storage/latest-round.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, Paging, pageOf } from '../../http/paging.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { findRequest } from './read-evaluation.ts';
import { readShardItems, type Shard } from './read-round-items.ts';

/** Shards that one request reads at most while it looks for samples that match. */
const MOST_SHARDS = 40;
const CURSOR = /^(\d{1,6})\.(\d{1,6})$/;

export const SampleQuery = Paging.extend({
  benchmark: BenchmarkName.optional(),
  verdict: VerdictKind.optional(),
  grader: GraderName.optional().meta({
    description: 'Whose verdicts; the first of the evaluation by default.',
  }),
});
export type SampleQuery = z.infer<typeof SampleQuery>;

/** One completion with its problem and what a grader concluded. */
export const Sample = z
  .object({
    problem: ProblemId,
    sample: z.number().int(),
    question: z.string(),
    gold: z.union([z.string(), z.array(z.string())]),
    completion: z.string(),
    tokens: z.number().int(),
    truncated: z.boolean(),
    grader: GraderName,
    verdict: VerdictKind,
    extracted: z.string().nullable(),
    reason: z.string(),
  })
  .openapi('Sample');
export type Sample = z.infer<typeof Sample>;
export const SamplePage = pageOf(Sample);
export type SamplePage = z.infer<typeof SamplePage>;

/**
 * Completions of an evaluation's newest round in the order of its shards, as far as they are scored. A page that is
 * looked for with a filter may be short, even empty, and still have a next one.
 *
 * @throws {KnownError} `evaluation-unknown`, `benchmark-unknown`, `grader-unknown`, `cursor-invalid`
 */
export async function listSamples(
  evaluation: string,
  query: SampleQuery,
  { store, lists }: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<SamplePage> {
  const request = await findRequest(store, evaluation);
  const grader = graderOf(query, request);
  assertHas(query, request);
  const start = parseCursor(query.cursor);
  const ref = { evaluation, round: await latestRound(evaluation, lists) };
  const manifest = await find(store, record.roundManifest(ref));
  if (!manifest) return { items: [], next: null };
  const problems = await readProblemsById(store, request);
  const items: Sample[] = [];
  const last = Math.min(manifest.shards.length, start.shard + MOST_SHARDS);
  for (let at = start.shard; at < last; at++) {
    const shard = manifest.shards[at] as Shard; // at < length
    if (!holds(shard, query.benchmark)) continue;
    const scored = await readShardItems(ref, shard, store);
    const texts = new CompletionTexts(() => readParts(store, manifest.generation, shard.shard));
    for (let index = at === start.shard ? start.index : 0; index < scored.length; index++) {
      const item = scored[index] as ScoredItem; // index < length
      if (!matches(item, query, grader)) continue;
      if (items.length === query.limit) return { items, next: `${at}.${index}` };
      items.push(toSample(item, grader, problems.get(item.problem), await texts.of(item)));
    }
  }
  return { items, next: last < manifest.shards.length ? `${last}.0` : null };
}

/** The completions of a shard, read when the first is asked for. */
class CompletionTexts {
  readonly #read: () => ReturnType<typeof readParts>;
  #byItem: Promise<ReadonlyMap<string, Completion>> | undefined;

  constructor(read: () => ReturnType<typeof readParts>) {
    this.#read = read;
  }

  async of(item: ScoredItem): Promise<Completion | undefined> {
    this.#byItem ??= this.#read().then(
      (parts) => new Map(parts.flatMap((part) => part.completions).map((each) => [itemName(each), each])),
    );
    return (await this.#byItem).get(itemName(item));
  }
}

function holds({ items }: Shard, benchmark: string | undefined): boolean {
  return benchmark === undefined || items.some(({ problem }) => problem.startsWith(`${benchmark}/`));
}

function matches(item: ScoredItem, { benchmark, verdict }: SampleQuery, grader: GraderName): boolean {
  return (
    (benchmark === undefined || item.problem.startsWith(`${benchmark}/`)) &&
    (verdict === undefined || item.verdicts[grader]?.verdict === verdict)
  );
}

function graderOf({ grader }: SampleQuery, { graders }: EvaluationRequest): GraderName {
  const names = graders.map(({ name }) => name);
  const chosen = grader ?? names[0];
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  const message = `The evaluation has no verdicts of ${chosen}. It was graded by ${names.join(', ')}.`;
  throw new KnownError('grader-unknown', message);
}

/** A misspelt benchmark must not look like one without samples. */
function assertHas({ benchmark }: SampleQuery, { generation }: EvaluationRequest): void {
  const names: string[] = generation.sets.map((set) => set.benchmark);
  if (benchmark === undefined || names.includes(benchmark)) return;
  const message = `The evaluation has no benchmark ${benchmark}. It was made of ${names.join(', ')}.`;
  throw new KnownError('benchmark-unknown', message);
}

/** Where a page begins: an index into the manifest's shards, and one into a shard's items. */
function parseCursor(cursor: string | undefined): { readonly shard: number; readonly index: number } {
  if (cursor === undefined) return { shard: 0, index: 0 };
  const [, shard, index] = matchCursor(cursor, CURSOR);
  return { shard: Number(shard), index: Number(index) };
}

function toSample(
  item: ScoredItem,
  grader: GraderName,
  problem: Problem | undefined,
  completion: Completion | undefined,
): Sample {
  const { verdict, reason, extracted } = item.verdicts[grader] ?? {
    verdict: 'no-answer',
    reason: 'not-judged',
  };
  const { problem: id, sample, tokens, truncated } = item;
  return {
    ...{ problem: id, sample, question: problem?.problem ?? '', gold: problem?.answer ?? '' },
    ...{ completion: completion?.text ?? '', tokens, truncated },
    ...{ grader, verdict, extracted: extracted ?? null, reason },
  };
}
