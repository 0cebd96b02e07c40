import type { Verification, Verifier, VerifyInput } from '#shared/verifier/verification.ts';
import type { CorpusCase } from './corpus.ts';

/**
 * Judges a labelled case: a bare answer in mode `benchmark`, a completion in the same, or in `reward` where the case
 * tries to game a grader, since that is the mode that must withstand it.
 */
export function judgeCase(each: CorpusCase, verifier: Pick<Verifier, 'verify'>): Verification {
  const { prediction, response, hack, op, tolerance_abs: tolerance } = each;
  const gold = each.gold_response ? answersOf(each.gold, verifier) : each.gold;
  const common: Pick<VerifyInput, 'gold' | 'options'> = {
    gold,
    ...(tolerance === undefined ? {} : { options: { tolerance } }),
  };
  if (!response) return verifier.verify({ ...common, answer: prediction, mode: 'benchmark' });
  const mode = hack || op?.startsWith('hack') ? 'reward' : 'benchmark';
  return verifier.verify({ ...common, completion: prediction, mode });
}

/** The answers of golds that are worked texts. Where there is none, there is a gold that nothing matches. */
function answersOf(gold: CorpusCase['gold'], verifier: Pick<Verifier, 'verify'>): string[] {
  return [gold]
    .flat()
    .map((completion) => verifier.verify({ gold: ANY, completion, mode: 'benchmark' }).extracted ?? '');
}

/** Extraction does not depend on the gold. */
const ANY = '0';
