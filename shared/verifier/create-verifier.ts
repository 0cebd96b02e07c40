/**
 * The answer verifier: did a completion give the reference answer?
 *
 * `extract/` finds the answer in a completion, `read/` turns text into typed values, `math/` decides whether two
 * expressions are equal, `judge/` compares values by the gold's kind, `paper/` holds the graders of the paper's code.
 */
import { KnownError } from '../errors.ts';
import type { Precision } from '../ports/precision.ts';
import type { Units } from '../ports/units.ts';
import { cachedGolds } from './cached-golds.ts';
import { explainVerification } from './explain-verification.ts';
import { Extractions } from './extractions.ts';
import { areTexts, inputFault } from './input-fault.ts';
import { judgeCompletion } from './judge-completion.ts';
import type {
  ExplainedProbe,
  GoldType,
  Mode,
  PaperGraders,
  PaperMode,
  Verification,
  Verifier,
  VerifyInput,
} from './verification.ts';
import { verifierVersion } from './verifier-version.ts';

/** What a verifier is made of. Verdicts depend on it, so nothing is taken from what happens to be loaded. */
export interface VerifierParts {
  /** Arithmetic of many digits, which decides what doubles cannot: `decimalPrecision`. */
  readonly precision: Precision;
  /** What the words behind a value mean: `exactUnits`. */
  readonly units: Units;
  /** The modes `paper-train` and `paper-eval`: `paperGraders({ precision, units })`. Without it they answer `mode-not-loaded`. */
  readonly paper?: PaperGraders;
}

/** @throws {KnownError} `verifier-part-missing` without a precision or units */
export function createVerifier(parts: VerifierParts): Verifier {
  requirePart(parts, 'precision', 'decimalPrecision');
  requirePart(parts, 'units', 'exactUnits');
  const { precision, units, paper } = parts;
  const readGold = cachedGolds(units);
  const judge = (
    input: VerifyInput,
    mode: Mode,
    extractions: Extractions,
    onProbe?: (probe: ExplainedProbe) => void,
  ): Verification => {
    const fault = inputFault(input, mode);
    if (fault) return unjudged('invalid', fault);
    const golds = listed(input.gold).map(readGold);
    if (isPaper(mode)) {
      const goldType = golds[0]?.type ?? 'invalid';
      return paper?.grade(input, mode, goldType) ?? unjudged(goldType, 'mode-not-loaded');
    }
    const extraction = extractions.of(mode);
    return judgeCompletion({
      golds,
      extraction,
      mode,
      options: input.options ?? {},
      precision,
      units,
      onProbe,
    });
  };
  return {
    version: verifierVersion,
    verify: (input) => judge(input, input?.mode, new Extractions(input)),
    verifyModes: (input) => {
      const extractions = new Extractions(input);
      const modes = Array.isArray(input?.modes) ? (input.modes as typeof input.modes) : [];
      const verdicts = modes.map((mode) => [mode, judge(input, mode, extractions)] as const);
      return Object.fromEntries(verdicts) as Record<(typeof input.modes)[number], Verification>; // one for each mode
    },
    explain: (input) => {
      let probe: ExplainedProbe | null = null;
      const verification = judge(input, input?.mode, new Extractions(input), (last) => {
        probe = last;
      });
      const golds = areTexts(input?.gold) ? listed(input.gold).map(readGold) : [];
      return explainVerification(verification, golds, probe, units);
    },
    goldFault: (gold) =>
      areTexts(gold) ? faultOf(listed(gold).map((each) => readGold(each).fault)) : 'input-invalid',
  };
}

/** Plain JavaScript may leave one out, which would be found out by the first verdict that needs it. */
function requirePart(parts: VerifierParts, name: 'precision' | 'units', adapter: string): void {
  if (parts?.[name] !== undefined) return;
  throw new KnownError(
    'verifier-part-missing',
    `createVerifier needs ${name}, got none. Import ${adapter} from 'oneshot-rlvr/verifier/${name}' and pass it as ${name}.`,
  );
}

function isPaper(mode: Mode): mode is PaperMode {
  return mode === 'paper-train' || mode === 'paper-eval';
}

function unjudged(goldType: GoldType, reason: string): Verification {
  return {
    verdict: 'no-answer',
    extracted: null,
    span: null,
    method: 'none',
    goldType,
    reason,
    fuel: 0,
  };
}

function listed(gold: string | readonly string[]): readonly string[] {
  return typeof gold === 'string' ? [gold] : gold;
}

function faultOf(faults: readonly (string | undefined)[]): string | undefined {
  return faults.length === 0 ? 'empty' : faults.find((fault) => fault !== undefined);
}
