import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { Place } from '#shared/adapters/open-place.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { GenerationSpec } from '#shared/records/evaluations.ts';
import { visibleGpus } from '../gpus/visible-gpus.ts';
import { placeServers } from '../vllm/place-servers.ts';
import { requireVllm } from '../vllm/require-vllm.ts';
import { deviceOf, type Servers, serverPrecision, startServers } from '../vllm/start-servers.ts';
import { needsServer } from './choose-generator.ts';

/** The server that an evaluation needs of its command, started. @throws {KnownError} as `startServers` */
export async function evaluationServer(
  spec: GenerationSpec,
  { store, cache }: Place,
  onProblem: (entry: LogEntry) => void,
  env: NodeJS.ProcessEnv,
): Promise<Servers | undefined> {
  if (!needsServer(spec, env)) return undefined;
  const vllm = await requireVllm(env);
  const folder = await fetchModelFolder(store, spec.model, cache);
  const gpus = (await visibleGpus(env)).map(({ id }) => id);
  const placement = placeServers({
    device: deviceOf(vllm),
    gpus,
    engineGpus: 0,
    engineOnCpu: false,
    servers: 1,
  });
  return startServers({ vllm, folder, precision: serverPrecision(spec), placement, onProblem }, env);
}
