import { machineCores } from '../machine/machine-cores.ts';
import { measuredHere, readSpeeds, speedsFile } from '../workers/kept-speeds.ts';
import { UNMEASURED_CORES } from '../workers/settle-split.ts';
import { chooseSplit, type Split, type SplitSpeed } from '../workers/split.ts';
import type { Finding } from './finding.ts';

/** How the cores are shared out among workers where nobody says so, and what that follows from. */
export async function workerFinding(env: NodeJS.ProcessEnv, cores?: number): Promise<Finding> {
  const count = cores ?? (await machineCores());
  return { what: 'workers', level: 'ok', detail: detailOf(count, env) };
}

function detailOf(cores: number, env: NodeJS.ProcessEnv): string {
  if (cores <= UNMEASURED_CORES)
    return `${splitText({ workers: 1, threads: cores })}; on so few cores no other split is faster, and nothing is measured`;
  const file = speedsFile(env);
  const kept = readSpeeds(file, measuredHere(cores));
  if (!kept) return 'the first evaluation measures, in some seconds, how the cores are shared out best';
  const { speeds, at } = kept;
  const fastest = chooseSplit(speeds, { shards: Number.POSITIVE_INFINITY, workerBytes: 0, freeBytes: 0 });
  const date = new Date(at).toISOString().slice(0, 10);
  return (
    `${splitText(fastest)}, fewer where memory or an evaluation is small; measured ${date}, tokens/s: ` +
    `${speeds.map(speedText).join(', ')}. Delete ${file} to have it measured again`
  );
}

function splitText({ workers, threads }: Split): string {
  const one = workers === 1 ? 'one worker' : `${workers} workers`;
  return `${one} with ${threads} ${threads === 1 ? 'thread' : 'threads'}${workers === 1 ? '' : ' each'}`;
}

function speedText({ workers, threads, tokensPerSecond }: SplitSpeed): string {
  return `${workers}×${threads} ${Math.round(tokensPerSecond)}`;
}
