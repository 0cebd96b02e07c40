import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { keys } from '#shared/storage/keys.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { SettlingPorts } from './settle-request.ts';

/**
 * Refuses while somebody listens what plan would refuse later: plan decides again, over what is stored then.
 *
 * @throws {KnownError} `model-missing`, `model-too-large`, `completions-missing`, `too-many-completions`,
 * `cost-too-high`
 */
export async function checkRequest(
  request: EvaluationRequest,
  maxCostUsd: number | undefined,
  { store, benchmark, host }: SettlingPorts,
): Promise<void> {
  const modelBytes = await generatorBytes(request, store, host.maxModelBytes);
  const sets = await readProblems(store, request);
  let [completions, tokens] = [0, 0];
  for (const { benchmark: name, samples, maxTokens } of request.generation.sets) {
    const made = (sets.get(name)?.length ?? 0) * samples;
    completions += made;
    tokens += made * Math.min(maxTokens, benchmark(name).expectedTokens);
  }
  if (completions > host.maxCompletions) {
    throw new KnownError(
      'too-many-completions',
      `The evaluation needs ${completions} completions, more than the ${host.maxCompletions} allowed. ` +
        'Ask for fewer benchmarks, or set a limit.',
    );
  }
  const costUsd = host.costUsd(tokens, modelBytes);
  if (maxCostUsd === undefined || costUsd <= maxCostUsd) return;
  throw new KnownError(
    'cost-too-high',
    `The evaluation would cost about ${costUsd.toFixed(2)} USD, more than the ${maxCostUsd.toFixed(2)} allowed. ` +
      'Raise maxCostUsd, or ask for fewer benchmarks.',
  );
}

/** Size of the model that the generator loads; 0 where it loads none. */
async function generatorBytes(
  { generation: { generator, model } }: EvaluationRequest,
  store: ObjectStore,
  maxModelBytes: number,
): Promise<number> {
  if (generator.kind === 'recorded') {
    if (await store.get(keys.blob(generator.completions), { start: 0, end: 1 })) return 0;
    const message = `The store has no recorded completions ${generator.completions}. Put the file there as ${keys.blob(generator.completions)}, then ask again.`;
    throw new KnownError('completions-missing', message);
  }
  const manifest = await find(store, record.model(model));
  if (!manifest) {
    const message = `The store has no model ${model}. Push it with \`oneshot model push\`, then ask again.`;
    throw new KnownError('model-missing', message);
  }
  const bytes = Object.values(manifest.files).reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  if (generator.kind === 'endpoint' || bytes <= maxModelBytes) return bytes;
  throw new KnownError(
    'model-too-large',
    `The model has ${Math.ceil(bytes / 1e6)} MB, more than the ${Math.floor(maxModelBytes / 1e6)} MB that a worker here ` +
      'can load. Ask for an endpoint generator, or evaluate it with `oneshot eval`.',
  );
}
