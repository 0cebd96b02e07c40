/**
 * Run by plain Node: judges the golden cases with copies of the verifier and prints, as one JSON list, whether a
 * verdict of each copy differs from the golden one: 1 or 0.
 *
 *     node golden-worker.ts COPY/shared/verifier/verify.ts…
 */
import { pathToFileURL } from 'node:url';
import type { Verifier } from '#shared/verifier/verification.ts';
import { goldenCases, goldenNames } from './golden-cases.ts';

const cases = goldenNames().flatMap(goldenCases);
const changed: number[] = [];
for (const path of process.argv.slice(2)) {
  const { verify } = (await import(pathToFileURL(path).href)) as Pick<Verifier, 'verify'>;
  const differs = cases.some(
    ({ gold, completion, mode, verdict }) => verdict !== verdictOf(verify, gold, completion, mode),
  );
  changed.push(differs ? 1 : 0);
}
process.stdout.write(JSON.stringify(changed));

function verdictOf(
  verify: Verifier['verify'],
  gold: string | readonly string[],
  completion: string,
  mode: Parameters<Verifier['verify']>[0]['mode'],
): string {
  try {
    return verify({ gold, completion, mode }).verdict;
  } catch {
    return 'thrown';
  }
}
