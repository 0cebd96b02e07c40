import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { readBenchmark } from './read-benchmark.ts';

/** Brings benchmarks into the store. @param names - as `readBenchmark` takes them */
export async function storeBenchmarks(
  store: ObjectStore,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<readonly StoredBenchmark[]> {
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const benchmark = await readBenchmark(name, env);
      return { ...benchmark, digest: await putProblemSet(store, benchmark.problems) };
    }),
  );
}
