import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { RunConfig, RunSettings } from '#trainer/settings/config.ts';
import { needsServer } from '../evaluate/choose-generator.ts';
import { visibleGpus } from '../gpus/visible-gpus.ts';
import type { FoundVllm } from '../vllm/find-vllm.ts';
import { type Placement, placeServers } from '../vllm/place-servers.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { CONCURRENCY, deviceOf, type Servers, serverPrecision, startServers } from '../vllm/start-servers.ts';

/** The servers of a run, settled but not started. */
export interface RunServers {
  readonly vllm: FoundVllm;
  readonly precision: 'fp32' | 'bf16';
  readonly placement: Placement;
  /** Whether the run's checkpoints are scored by the first of them. */
  readonly evaluates: boolean;
}

/** Looks for the vLLM that a run is to sample from, before anything of it is stored. @throws {KnownError} as `requireVllm` */
export async function requireSampler(
  { sampler }: Pick<RunSettings, 'sampler'>,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (samplesFromOurs(sampler, env)) await requireVllm(env);
}

/** Whether a run samples from servers that its command starts. */
function samplesFromOurs({ kind }: RunSettings['sampler'], env: NodeJS.ProcessEnv): boolean {
  return kind === 'vllm' && !env['ONESHOT_SAMPLER_URL'];
}

/**
 * Which servers a run needs of its command: to sample from, unless `ONESHOT_SAMPLER_URL` names others, and to evaluate
 * by. `undefined` where it needs none.
 *
 * @throws {KnownError} `vllm-missing`, `vllm-version`, `config-invalid`
 */
export async function settleServers(
  { sampler, engine, evaluation }: Pick<RunConfig, 'sampler' | 'engine' | 'evaluation'>,
  { remote }: Pick<Place, 'remote'>,
  env: NodeJS.ProcessEnv,
): Promise<RunServers | undefined> {
  const samples = samplesFromOurs(sampler, env);
  const evaluates = !remote && evaluation !== null && needsServer(evaluation.generation, env);
  if (!samples && !evaluates) return undefined;
  const vllm = await requireVllm(env);
  const servers = samples && sampler.kind === 'vllm' ? sampler.servers : 1;
  const engineGpus = engine.device === 'cuda' ? engine.ranks : 0;
  const gpus = (await visibleGpus(env)).map(({ id }) => id);
  const placement = placeServers({
    ...{ device: deviceOf(vllm), gpus, engineGpus, servers },
    engineOnCpu: engine.device === 'cpu',
  });
  const precision = samples
    ? samplerPrecision(sampler, vllm)
    : evaluation
      ? serverPrecision(evaluation.generation)
      : 'fp32';
  return { vllm, precision, placement, evaluates };
}

/** Starts them with the run's base model. @throws {KnownError} as `startServers` */
export async function startRunServers(
  settled: RunServers,
  model: string,
  { store, cache }: Place,
  onProblem: (entry: LogEntry) => void,
  env: NodeJS.ProcessEnv,
): Promise<Servers> {
  const folder = await fetchModelFolder(store, model, cache);
  return startServers({ ...settled, folder, onProblem }, env);
}

/** In which a managed sampler computes: as fast as the device can, unless the run says otherwise. */
export function samplerPrecision(sampler: RunSettings['sampler'], vllm: FoundVllm): 'fp32' | 'bf16' {
  if (sampler.kind === 'vllm' && sampler.dtype !== undefined) return sampler.dtype;
  return deviceOf(vllm) === 'cuda' ? 'bf16' : 'fp32';
}

/** What an evaluation by the run's own server means for its steps, as a sentence; `undefined` where they lose nothing. */
export function turnsNote({ shares }: Placement): string | undefined {
  if (shares === 'nothing') return undefined;
  const device = shares === 'gpu' ? 'one GPU' : 'the same cores';
  return (
    `Engine and vLLM compute on ${device}, in turns: between two steps a batch of at most ${CONCURRENCY} completions is ` +
    'made for the scores, and the next step waits for it. --evaluate after scores when training has ended.'
  );
}
