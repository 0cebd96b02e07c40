import { z } from 'zod';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { StoredRun } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import { heldAlways } from '../held.ts';

/** What is shown of a training example; the trainer has a schema of the whole. */
const ShownExample = z.object({ id: z.string(), prompt: z.string(), answer: z.string() });

/** What is looked at of a config, of which the trainer alone has a schema. */
const ShownConfig = z.object({
  examples: z.string(),
  data: z.object({
    labelOverride: z.string().nullable(),
    wrongLabels: z.object({ share: z.number() }),
  }),
});

export interface TrainingProblem {
  readonly problem: string;
  /** `null` where the run draws wrong answers for some of its examples, and the data does not say for which. */
  readonly answer: string | null;
}

/** The problems that a run trains on, by the ids of their examples; empty where its data is not in the store. */
export async function trainingProblems(
  { config }: StoredRun,
  store: ObjectStore,
): Promise<ReadonlyMap<string, TrainingProblem>> {
  const { data, success } = ShownConfig.safeParse(config);
  if (!success) return new Map();
  const { examples, data: labels } = data;
  const answerOf = (answer: string) =>
    labels.wrongLabels.share > 0 ? null : (labels.labelOverride ?? answer);
  const shown = await heldAlways(store, `examples ${examples}`, async () => {
    const body = (await store.get(keys.blob(examples))) ?? new Uint8Array();
    const lines = new TextDecoder().decode(body).split('\n').filter(Boolean);
    const value = lines.map((line) => ShownExample.parse(JSON.parse(line)));
    return { value, sizeBytes: body.length };
  });
  return new Map(shown.map(({ id, prompt, answer }) => [id, { problem: prompt, answer: answerOf(answer) }]));
}
