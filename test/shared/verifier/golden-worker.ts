/**
 * Run by plain Node: judges golden cases with copies of the verifier until a verdict differs, and prints, as one JSON
 * list, of which copies one does.
 *
 *     node golden-worker.ts COPY/shared/verifier/verify.ts…
 */
import { pathToFileURL } from 'node:url';
import type { Verifier } from '#shared/verifier/verification.ts';
import { goldenCases, goldenNames } from './golden-cases.ts';

const cases = goldenNames().flatMap(goldenCases);
const changed: boolean[] = [];
for (const path of process.argv.slice(2)) {
  const { verify } = (await import(pathToFileURL(path).href)) as Pick<Verifier, 'verify'>;
  changed.push(
    cases.some(
      ({ gold, completion, mode, verdict }) => verdict !== verdictOf(verify, gold, completion, mode),
    ),
  );
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
