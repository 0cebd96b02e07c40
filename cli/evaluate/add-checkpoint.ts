import type { Place } from '#shared/adapters/open-place.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { parseCheckpoint } from '#shared/storage/keys.ts';
import { commitCheckpoint } from '#trainer/resume/checkpoint.ts';
import { claim } from '#trainer/resume/claim.ts';
import type { SideWork } from '#trainer/resume/side-work.ts';

/** A model that was trained elsewhere, at the step that it was trained for. */
export interface ForeignCheckpoint {
  readonly step: number;
  readonly model: string;
  readonly evaluation: EvaluationRequest;
}

/** Nothing of ours computed these weights. */
const HOST = { torch: 'none', transformers: 'none', instructionSet: 'none' };

/**
 * Commits a model as a checkpoint of a run, whose event asks for its evaluation. One that comes later than a higher step
 * takes its place between them: the line of checkpoints is committed anew under the next incarnation, the models and
 * evaluations as they were. Until that is done the line before counts.
 */
export async function addCheckpoint(
  { store, queues }: Pick<Place, 'store' | 'queues'>,
  run: string,
  added: ForeignCheckpoint,
  sideWork: SideWork,
): Promise<void> {
  const line = await readCheckpointLine(store, run);
  const newest = line.at(-1);
  const isNext = newest !== undefined && newest.checkpoint.step < added.step;
  const held = isNext
    ? { run, incarnation: parseCheckpoint(newest.key).incarnation }
    : await claim(store, run, { resumesFrom: newest?.key ?? null, host: HOST });
  const others = isNext ? [] : line.map(({ checkpoint }) => checkpoint);
  const all = [...others, added].sort((a, b) => a.step - b.step);
  let parent = isNext ? newest.key : null;
  for (const { step, model, evaluation } of all) {
    const content = { step, parent, steps: [], evaluation };
    const ports = { store, clock: { now: Date.now }, plan: queues.plan, sideWork };
    parent = await commitCheckpoint(held, { model, state: {} }, content, ports);
  }
}
