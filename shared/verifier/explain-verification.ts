import type { Units } from '../ports/units.ts';
import { Fuel, OutOfFuel } from './fuel.ts';
import { type Gold, typeOf } from './judge/gold.ts';
import { answerOf } from './judge/judge-answer.ts';
import { describe } from './read/describe.ts';
import { unitsAlone } from './units/words.ts';
import type { ExplainedProbe, ExplainedValue, Explanation, Verification } from './verification.ts';

/** What a verdict was made of: how gold and answer were read, and the point that separated them. */
export function explainVerification(
  verification: Verification,
  golds: readonly Gold[],
  probe: ExplainedProbe | null,
  units: Units,
): Explanation {
  return {
    ...verification,
    golds: golds.map(({ text, type, readings }) => ({ text, type, readings: readings.map(describe) })),
    answer: verification.extracted === null ? null : explainedAnswer(verification.extracted, units),
    probe,
  };
}

function explainedAnswer(text: string, units: Units): ExplainedValue {
  try {
    const readings = answerOf(text, new Fuel(), unitsAlone(units)).readings();
    return { text, type: typeOf(readings[0]), readings: readings.map(describe) };
  } catch (error) {
    if (!(error instanceof OutOfFuel)) throw error;
    return { text, type: 'invalid', readings: [] };
  }
}
