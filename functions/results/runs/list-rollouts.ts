import { z } from '@hono/zod-openapi';
import { VerdictKind } from '#shared/records/evaluations.ts';
import { RunId } from '#shared/records/ids.ts';
import { Metrics } from '#shared/records/runs.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { matchCursor, Paging, pageOf } from '../../http/paging.ts';
import { queryFlag, TextQuery } from '../../http/query-values.ts';
import { FacetCounts, narrow } from '../facets.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { findRun } from './find-run.ts';
import { type Rollout, readJournal } from './read-journal.ts';
import { findStep, stepLine } from './step-line.ts';
import { type TrainingProblem, trainingProblems } from './training-problems.ts';

const CURSOR = /^(\d{1,6})$/;

export const RolloutQuery = Paging.extend({
  reward: z.coerce.number().optional().meta({ description: 'Exactly this reward.' }),
  verdict: VerdictKind.optional(),
  truncated: queryFlag.optional(),
  row: z.coerce.number().int().nonnegative().optional().meta({ description: 'One group alone.' }),
  q: TextQuery.optional().meta({ description: 'What the completion holds, in any case.' }),
});
export type RolloutQuery = z.infer<typeof RolloutQuery>;

/** A completion of a training step, and what training made of it. */
export const RolloutView = z
  .object({
    sample: z.number().int(),
    text: z.string(),
    tokens: z.number().int().meta({ description: 'Its stop token included.' }),
    truncated: z.boolean(),
    verdict: VerdictKind,
    reason: z.string(),
    extracted: z.string().nullable(),
    reward: z.number(),
    parts: z.record(z.string(), z.number()).nullable().meta({
      description: 'What each part of a sum of rewards gave, before its weight; null where it is no sum.',
    }),
    advantage: z.number().nullable().meta({ description: 'null where a critic gives each token its own.' }),
  })
  .openapi('Rollout');

/** What all samples of one prompt came to. */
const GroupOutline = z.object({
  row: z.number().int(),
  example: z.string(),
  correct: z.number().int(),
  dead: z.boolean().meta({ description: 'Every advantage is 0, so that it teaches nothing.' }),
  rewards: z.array(z.number()),
});

export const RolloutGroup = z
  .object({
    ...{ row: z.number().int(), example: z.string() },
    problem: z.string().nullable().meta({ description: 'null where the data is not in the store.' }),
    answer: z
      .string()
      .nullable()
      .meta({ description: 'As trained on; null where the run draws wrong ones.' }),
    samples: z.number().int().meta({ description: 'Of the group, whether or not they pass the filters.' }),
    rollouts: z.array(RolloutView).meta({ description: 'Those that pass the filters.' }),
  })
  .openapi('RolloutGroup');
export type RolloutGroup = z.infer<typeof RolloutGroup>;

/** Groups of a training step, with where the step stands and what its filters would leave. */
export const RolloutPage = pageOf(RolloutGroup).extend({
  run: RunId,
  step: z.number().int(),
  previous: z.number().int().nullable(),
  following: z.number().int().nullable(),
  metrics: Metrics,
  outline: z.array(GroupOutline).meta({ description: 'All groups of the step, whatever the filters.' }),
  samples: z.number().int().meta({ description: 'Rollouts of the step.' }),
  matches: z.number().int().meta({ description: 'Those that pass the filters.' }),
  counts: z.object({ reward: FacetCounts, verdict: FacetCounts, truncated: FacetCounts }),
});
export type RolloutPage = z.infer<typeof RolloutPage>;

/**
 * What a training step sampled, by group: read from its journal, so to the letter what its gradient came from.
 *
 * @throws {KnownError} `run-unknown`, `step-unknown`, `cursor-invalid`
 */
export async function listRollouts(
  run: string,
  step: number,
  query: RolloutQuery,
  ports: Pick<ResultsPorts, 'store' | 'lists'>,
): Promise<RolloutPage> {
  const after = query.cursor === undefined ? -1 : Number(matchCursor(query.cursor, CURSOR)[0]);
  const stored = await findRun(run, ports.store);
  const line = await stepLine(run, ports);
  const ref = findStep(line, run, step);
  const at = line.indexOf(ref);
  const stepRecord = await read(ports.store, record.step(ref));
  const { metrics } = stepRecord;
  const [rollouts, problems] = await Promise.all([
    readJournal(stepRecord, ports.store),
    trainingProblems(stored, ports.store),
  ]);
  const facets = {
    reward: { of: (rollout: Rollout) => rollout.reward, wanted: query.reward },
    verdict: { of: (rollout: Rollout) => rollout.verdict, wanted: query.verdict },
    truncated: { of: (rollout: Rollout) => rollout.truncated, wanted: query.truncated },
  };
  const { matching, counts } = narrow(rollouts.filter(textFilter(query)), facets, (rollout) => rollout);
  const groups = Map.groupBy(rollouts, ({ row }) => row);
  const found = [...Map.groupBy(matching, ({ row }) => row)];
  const rest = found.filter(([row]) => row > after);
  const page = rest.slice(0, query.limit);
  return {
    ...{ run, step, previous: line[at - 1]?.step ?? null, following: line[at + 1]?.step ?? null, metrics },
    outline: [...groups].map(([row, group]) => outlineOf(row, group)),
    ...{ samples: rollouts.length, matches: matching.length, counts },
    items: page.map(([row, shown]) => groupOf(row, groups.get(row)?.length ?? 0, shown, problems)),
    total: found.length,
    next: rest.length > query.limit ? String(page.at(-1)?.[0]) : null,
  };
}

/** Whether a rollout passes the filters that have no values to choose from. */
function textFilter({ row, q }: RolloutQuery): (rollout: Rollout) => boolean {
  const sought = q?.toLowerCase();
  return (rollout) =>
    (row === undefined || rollout.row === row) &&
    (sought === undefined || rollout.text.toLowerCase().includes(sought));
}

function outlineOf(row: number, group: readonly Rollout[]): RolloutPage['outline'][number] {
  return {
    row,
    example: group[0]?.example ?? '',
    correct: group.filter(({ verdict }) => verdict === 'correct').length,
    dead: group.every(({ advantage }) => advantage === 0),
    rewards: group.map(({ reward }) => reward),
  };
}

function groupOf(
  row: number,
  samples: number,
  shown: readonly Rollout[],
  problems: ReadonlyMap<string, TrainingProblem>,
): RolloutGroup {
  const example = shown[0]?.example ?? '';
  const { problem, answer } = problems.get(example) ?? { problem: null, answer: null };
  const rollouts = shown.map(({ row: _, example: __, parts, ...rest }) => ({
    ...rest,
    parts: parts ?? null,
  }));
  return { row, example, problem, answer, samples, rollouts };
}
