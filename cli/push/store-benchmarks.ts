import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { readProblems } from '#shared/benchmarks/read-problems.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { readDataFile } from '../data/read-data-file.ts';

/** Brings benchmarks into the store, from the data folder or made on the spot. */
export async function storeBenchmarks(
  store: ObjectStore,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly StoredBenchmark[]> {
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const { source, ...protocol } = benchmarkByName(name);
      const problems =
        'procedural' in source
          ? source.procedural()
          : readProblems(await readDataFile(source.file, env), { benchmark: name, source: source.file });
      return { ...protocol, problems, digest: await putProblemSet(store, problems) };
    }),
  );
}
