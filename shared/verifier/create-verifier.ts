/**
 * The answer verifier: did a completion give the reference answer?
 *
 * `extract/` finds the answer in a completion, `read/` turns text into typed values, `math/` decides whether two
 * expressions are equal, `judge/` compares values by the gold's kind, `paper/` holds the graders of the paper's code.
 */
import type { Precision } from '../ports/precision.ts';
import { cachedGolds } from './cached-golds.ts';
import { explainVerification } from './explain-verification.ts';
import { Extractions } from './extractions.ts';
import { judgeCompletion } from './judge-completion.ts';
import { paperAlgebra } from './paper/algebra.ts';
import { gradeAsPaper, isPaper } from './paper/grade-as-paper.ts';
import type { ExplainedProbe, Mode, Verification, Verifier, VerifyInput } from './verification.ts';
import { verifierVersion } from './verifier-version.ts';

/** A verifier over an arithmetic of many digits, which decides what doubles cannot. */
export function createVerifier({ precision }: { readonly precision: Precision }): Verifier {
  const readGold = cachedGolds();
  const symbolic = paperAlgebra(precision);
  const judge = (
    input: VerifyInput,
    mode: Mode,
    extractions: Extractions,
    onProbe?: (probe: ExplainedProbe) => void,
  ): Verification => {
    const golds = listed(input.gold).map(readGold);
    if (isPaper(mode)) return gradeAsPaper(input, mode, golds[0]?.type ?? 'invalid', symbolic);
    const extraction = extractions.of(mode);
    return judgeCompletion({ golds, extraction, mode, options: input.options ?? {}, precision, onProbe });
  };
  return {
    version: verifierVersion,
    verify: (input) => judge(input, input.mode, new Extractions(input)),
    verifyModes: (input) => {
      const extractions = new Extractions(input);
      const verdicts = input.modes.map((mode) => [mode, judge(input, mode, extractions)] as const);
      return Object.fromEntries(verdicts) as Record<(typeof input.modes)[number], Verification>; // one for each mode
    },
    explain: (input) => {
      let probe: ExplainedProbe | null = null;
      const verification = judge(input, input.mode, new Extractions(input), (last) => {
        probe = last;
      });
      return explainVerification(verification, listed(input.gold).map(readGold), probe);
    },
    goldFault: (gold) => faultOf(listed(gold).map((each) => readGold(each).fault)),
  };
}

function listed(gold: string | readonly string[]): readonly string[] {
  return typeof gold === 'string' ? [gold] : gold;
}

function faultOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.length === 0 ? 'empty' : faults.find((fault) => fault !== undefined);
}
