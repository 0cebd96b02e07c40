import { OWN_SET } from '#shared/benchmarks/benchmark-names.ts';
import type { StoredBenchmark } from '#shared/benchmarks/evaluation-request.ts';
import { readProblems } from '#shared/benchmarks/read-problems.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { readDataFile } from '../data/read-data-file.ts';
import { ownBenchmark } from './own-benchmark.ts';

/**
 * A benchmark with its problems: from the data folder, made on the spot, or from a file of the user's own.
 *
 * @param name - of the registry, or a path that ends in `.jsonl`
 * @throws {KnownError} `benchmark-unknown`, and as `readDataFile`, `readProblems` and `ownBenchmark` do
 */
export async function readBenchmark(
  name: string,
  env: NodeJS.ProcessEnv,
): Promise<Omit<StoredBenchmark, 'digest'>> {
  if (name.endsWith(OWN_SET)) return ownBenchmark(name);
  const { source, ...protocol } = benchmarkByName(name);
  const problems =
    'procedural' in source
      ? source.procedural()
      : readProblems(await readDataFile(source.file, env), { benchmark: name, source: source.file });
  return { ...protocol, problems };
}
