import { theStep } from '../run/run-words.ts';
import { shortId } from '../shell/format.ts';
import type { ComparedSide } from './compare-data.ts';

/** What sentences call two sides: by what tells them apart, which two evaluations of one checkpoint do not by steps. */
export function sideNames({ a, b }: { readonly a: ComparedSide; readonly b: ComparedSide }): {
  readonly first: string;
  readonly second: string;
} {
  const [one, other] = [a.checkpoint, b.checkpoint];
  const sameRun = one !== null && one.run === other?.run;
  const nameOf = ({ checkpoint, evaluation, recording }: ComparedSide) => {
    if (checkpoint === null || (sameRun && one.step === other?.step))
      return `${recording === null ? 'evaluation' : 'the recording of evaluation'} ${shortId(evaluation)}`;
    const step = theStep(checkpoint.step);
    return sameRun ? step : `${step} of run ${shortId(checkpoint.run)}`;
  };
  return { first: nameOf(a), second: nameOf(b) };
}
