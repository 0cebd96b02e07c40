import { OWN_SET } from '#shared/benchmarks/benchmark-names.ts';
import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { readProblems } from '#shared/benchmarks/read-problems.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { readDataFile } from '../data/read-data-file.ts';
import { ownBenchmark } from './own-benchmark.ts';

/**
 * Brings benchmarks into the store: from the data folder, made on the spot, or from files of the user's own.
 *
 * @param names - of the registry, or paths that end in `.jsonl`
 */
export async function storeBenchmarks(
  store: ObjectStore,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly StoredBenchmark[]> {
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const benchmark = name.endsWith(OWN_SET) ? await ownBenchmark(name) : await knownBenchmark(name, env);
      return { ...benchmark, digest: await putProblemSet(store, benchmark.problems) };
    }),
  );
}

async function knownBenchmark(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<Omit<StoredBenchmark, 'digest'>> {
  const { source, ...protocol } = benchmarkByName(name);
  const problems =
    'procedural' in source
      ? source.procedural()
      : readProblems(await readDataFile(source.file, env), { benchmark: name, source: source.file });
  return { ...protocol, problems };
}
