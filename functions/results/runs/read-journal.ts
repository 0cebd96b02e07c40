import type { z } from 'zod';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { Journal, RolloutRecord, type Step } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { parseObject } from '#shared/storage/parse-object.ts';
import { heldAlways } from '../held.ts';

/** What people read of a rollout. Its arrays are most of a journal; of them only a length is looked at. */
const ShownRecord = RolloutRecord.pick({
  ...{ row: true, sample: true, example: true, text: true, truncated: true },
  ...{ verdict: true, reason: true, extracted: true, reward: true, parts: true, advantage: true },
}).extend({ completion: RolloutRecord.shape.completion.transform(wordsOf) });
const ShownJournal = Journal.extend({ rollouts: ShownRecord.array() });

/** A rollout of a training step; `tokens` is the length of its completion, the stop token included. */
export type Rollout = Omit<z.output<typeof ShownRecord>, 'completion'> & { readonly tokens: number };

/** The rollouts of a step, in the order of its batch. @throws {KnownError} `object-missing`, `object-invalid` */
export function readJournal(
  { step, journal }: Pick<Step, 'step' | 'journal'>,
  store: ObjectStore,
): Promise<readonly Rollout[]> {
  return heldAlways(store, `journal ${journal}`, async () => {
    const key = keys.blob(journal);
    const body = await store.get(key);
    if (!body)
      throw new KnownError('object-missing', `The store has no object ${key}, the journal of step ${step}.`);
    const { rollouts } = parseObject(key, body, ShownJournal);
    const value = rollouts.map(({ completion: tokens, ...rest }) => ({ ...rest, tokens }));
    return { value, sizeBytes: value.reduce((size, { text }) => size + text.length + OVERHEAD_BYTES, 0) };
  });
}

/** Of a rollout beside its text, about. */
const OVERHEAD_BYTES = 400;

/** How many words of 4 bytes a base64 text stands for. */
function wordsOf(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor(((base64.length / 4) * 3 - padding) / 4);
}
