import { openPlace } from '#shared/adapters/open-place.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { offeringData } from '../data/offering-data.ts';
import { storeBenchmarks } from './store-benchmarks.ts';

const REAL_BENCHMARKS = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'];

/**
 * Brings the problems of benchmarks into the store and enters them in its index, so that requests over HTTP can name
 * them.
 *
 * @param names - none: all six real ones
 */
export async function pushData(
  names: readonly string[],
  options: { readonly home: string; readonly aws?: string | undefined; readonly json: boolean },
): Promise<void> {
  const wanted = names.length > 0 ? names : REAL_BENCHMARKS;
  const place = await openPlace(options);
  const stored = await offeringData(() => storeBenchmarks(place.store, wanted, process.env), options);
  for (const { name, digest, problems } of stored) {
    await indexProblemSet(place.store, name, digest, Date.now());
    const pushed = { benchmark: name, digest, problems: problems.length };
    const line = `${name}  ${problems.length} problems  ${digest}`;
    process.stdout.write(`${options.json ? JSON.stringify(pushed) : line}\n`);
  }
  place.close();
}
