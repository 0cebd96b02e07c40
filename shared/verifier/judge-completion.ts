import type { Precision } from '../ports/precision.ts';
import type { KnownWord, Units } from '../ports/units.ts';
import type { Extraction } from './extract/extraction.ts';
import { Fuel, OutOfFuel } from './fuel.ts';
import type { Gold } from './judge/gold.ts';
import type { Judgement } from './judge/judge.ts';
import { type Answer, answerOf, judgeAnswer } from './judge/judge-answer.ts';
import { wordsOfUnit } from './judge/known-words.ts';
import type { ExplainedProbe, Mode, Verification, VerifyOptions } from './verification.ts';

/** A completion whose answer has been looked for, and what it is judged by. */
export interface Work {
  readonly golds: readonly Gold[];
  readonly extraction: Extraction;
  readonly mode: Mode;
  readonly options: VerifyOptions;
  readonly precision: Precision;
  readonly units: Units;
  readonly onProbe: ((probe: ExplainedProbe) => void) | undefined;
}

/** The verdict of our own modes. Never throws: spent fuel and numbers beyond the machine are verdicts. */
export function judgeCompletion(work: Work): Verification {
  const { extraction, golds } = work;
  const fuel = new Fuel();
  const judged = judgeWith(work, fuel);
  const found = extraction.kind === 'found';
  return {
    ...judged,
    extracted: found ? extraction.text : null,
    span: found ? extraction.span : null,
    method: found ? extraction.method : 'none',
    goldType: golds[0]?.type ?? 'invalid',
    fuel: fuel.spent,
  };
}

type Found = Extract<Extraction, { kind: 'found' }>;
type Verdict = Pick<Verification, 'verdict' | 'reason'>;

function judgeWith(work: Work, fuel: Fuel): Verdict {
  const { golds, extraction } = work;
  const faulty = golds.length === 0 || golds.some(({ fault }) => fault !== undefined);
  if (work.mode !== 'format' && faulty) return { verdict: 'incorrect', reason: 'gold-invalid' };
  if (extraction.kind === 'none') return { verdict: 'no-answer', reason: extraction.reason };
  const answer = answerOf(extraction.text, fuel, { units: work.units, known: knownWords(work) });
  if (answer.words === '') return { verdict: 'no-answer', reason: 'empty-box' };
  if (work.mode === 'format') return { verdict: 'correct', reason: 'boxed' };
  try {
    return bestOf(work, answer, extraction, fuel);
  } catch (error) {
    if (error instanceof OutOfFuel) return { verdict: 'too-hard', reason: 'out-of-fuel' };
    if (error instanceof RangeError) return { verdict: 'too-hard', reason: 'out-of-range' };
    throw error;
  }
}

/** The problem's own words for what it counts. */
function knownWords({ golds, options }: Work): KnownWord {
  const words = new Set(golds.flatMap(({ unitWords }) => unitWords));
  if (options.unit !== undefined) for (const word of wordsOfUnit(options.unit)) words.add(word);
  return (word) =>
    words.has(word) || (word.endsWith('s') && words.has(word.slice(0, -1))) || words.has(`${word}s`);
}

function bestOf(work: Work, answer: Answer, { method, after }: Found, fuel: Fuel): Verdict {
  const { precision, units, onProbe, options } = work;
  const unit = after === undefined ? undefined : units.behind(after);
  const settings = { fuel, precision, units, options, method, unitAfter: unit, ...(onProbe && { onProbe }) };
  let first: Judgement | undefined;
  for (const gold of work.golds) {
    const judgement = judgeAnswer(gold, answer, settings);
    if (judgement.equal) return { verdict: 'correct', reason: judgement.reason };
    first ??= judgement;
  }
  const reason = first?.reason ?? 'gold-invalid';
  return { verdict: reason === 'answer-too-long' ? 'too-hard' : 'incorrect', reason };
}
