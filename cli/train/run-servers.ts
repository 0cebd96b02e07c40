import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { RunConfig, RunSettings } from '#trainer/settings/config.ts';
import { needsServer } from '../evaluate/choose-generator.ts';
import { visibleGpus } from '../gpus/visible-gpus.ts';
import type { FoundVllm } from '../vllm/find-vllm.ts';
import { type Placement, placeServers } from '../vllm/place-servers.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { deviceOf, type Servers, startServers } from '../vllm/start-servers.ts';

/** The servers of a run, settled but not started. */
export interface RunServers {
  readonly vllm: FoundVllm;
  readonly precision: 'fp32' | 'bf16';
  readonly placement: Placement;
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
  const samples = sampler.kind === 'vllm' && !env['ONESHOT_SAMPLER_URL'];
  const evaluates = !remote && evaluation !== null && needsServer(evaluation.generation, env);
  if (!samples && !evaluates) return undefined;
  const vllm = await requireVllm(env);
  const servers = samples && sampler.kind === 'vllm' ? sampler.servers : 1;
  const engineGpus = engine.device === 'cuda' ? engine.ranks : 0;
  const gpus = (await visibleGpus(env)).map(({ id }) => id);
  const precision = samples ? samplerPrecision(sampler, vllm) : (evaluation?.generation.precision ?? 'fp32');
  return { vllm, precision, placement: placeServers({ device: deviceOf(vllm), gpus, engineGpus, servers }) };
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
