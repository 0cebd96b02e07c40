import type { GraderName } from '#shared/records/evaluations.ts';
import type { VerifyOptions } from '#shared/verifier/verification.ts';
import { verify } from '#shared/verifier/verify.ts';
import { boxesIn } from '../../results/evaluations/is-suspect.ts';
import type { SampleDetail } from '../../results/evaluations/sample-view.ts';
import { type RepeatedEnd, repeatedEnd } from './repeated-end.ts';

/** Boxes beside the one that was read that are judged as answers, the last ones. */
const MOST_BOXES = 8;

/** What a reader should know before they believe a verdict. */
export type Warning =
  | { readonly kind: 'truncated'; readonly limit: number | null }
  | ({ readonly kind: 'repeats' } & RepeatedEnd)
  | { readonly kind: 'boxes'; readonly boxes: number }
  /** Not correct, but what stands elsewhere in the text is: in a box, or where a tolerant reading finds the answer. */
  | { readonly kind: 'gold-elsewhere'; readonly where: 'box' | 'text'; readonly text: string }
  /** The problem asks for a unit, and what was read has no letter at all. */
  | { readonly kind: 'unit'; readonly unit: string };

/** What is judged, as far as warnings look at it. */
export interface Judged {
  readonly sample: Pick<SampleDetail, 'completion' | 'truncated' | 'verdicts' | 'gold'>;
  /** Whose verdict counts. */
  readonly grader: GraderName;
  readonly options: VerifyOptions;
  /** Tokens that its set allows. */
  readonly limit: number | null;
}

/** What can be said of a completion beside its verdicts, from its text alone and by the verifier. Pure. */
export function sampleWarnings(judged: Judged): readonly Warning[] {
  const { sample, grader, options, limit } = judged;
  const { verdict, extracted = null } = sample.verdicts.find((each) => each.grader === grader) ?? {};
  const boxes = boxesIn(sample.completion);
  const loop = repeatedEnd(sample.completion);
  const elsewhere = verdict === 'correct' ? undefined : goldElsewhere(judged, boxes, extracted);
  const { unit } = options;
  return [
    ...(sample.truncated ? [{ kind: 'truncated', limit } as const] : []),
    ...(loop ? [{ kind: 'repeats', ...loop } as const] : []),
    ...(boxes.length > 1 ? [{ kind: 'boxes', boxes: boxes.length } as const] : []),
    ...(elsewhere ? [{ kind: 'gold-elsewhere', ...elsewhere } as const] : []),
    ...(unit !== undefined && extracted !== null && !/\p{L}/u.test(extracted)
      ? [{ kind: 'unit', unit } as const]
      : []),
  ];
}

function goldElsewhere(
  { sample: { completion, gold }, options }: Judged,
  boxes: readonly string[],
  extracted: string | null,
): { readonly where: 'box' | 'text'; readonly text: string } | undefined {
  const answers = [...new Set(boxes.map((box) => box.trim()))].filter((box) => box !== extracted);
  const boxed = answers
    .slice(-MOST_BOXES)
    .findLast((answer) => verify({ gold, answer, mode: 'benchmark', options }).verdict === 'correct');
  if (boxed !== undefined) return { where: 'box', text: boxed };
  const tolerant = verify({ gold, completion, mode: 'benchmark', options });
  if (tolerant.verdict !== 'correct' || tolerant.extracted === null) return undefined;
  return { where: 'text', text: tolerant.extracted };
}
