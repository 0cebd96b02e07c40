import { RandomStream } from '#shared/sampling/random-stream.ts';
import { goldFault, verify } from '#shared/verifier/verify.ts';
import type { TrainingExample } from './training-example.ts';

/** Draws after which the grader, not chance, is at fault. */
const MOST_DRAWS = 1000;
/** Bound of what is added to a number [P C.2.4], and of a label that replaces one that is none [ours]. */
const OFFSET = 10;
const INTEGER = 100;

/**
 * Gives a share of the examples a random wrong answer. Which ones and what is a function of the seed alone, and a larger
 * share changes the examples of a smaller one alike.
 *
 * A number has ±{1…10} added and its sign flipped at random; of a fraction, numerator and denominator are changed so;
 * anything else becomes an integer in ±{1…100}. Drawn again until neither training grader takes the old answer for the new.
 *
 * @param share - in [0, 1]; the number of examples is rounded
 * @see Wang et al. 2025, arXiv:2504.20571, C.2.4
 */
export function withWrongLabels(
  examples: readonly TrainingExample[],
  { share, seed }: { readonly share: number; readonly seed: number },
): TrainingExample[] {
  const order = new RandomStream(seed, 0).shuffle(examples.map((_, index) => index));
  const chosen = new Set(order.slice(0, Math.round(share * examples.length)));
  return examples.map((example, index) =>
    chosen.has(index)
      ? { ...example, answer: wrongLabel(example.answer, new RandomStream(seed, index + 1)) }
      : example,
  );
}

/** @param random - streams other than 0, which chooses the examples */
export function wrongLabel(label: string, random: RandomStream): string {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const changed = changedLabel(label, random);
    if (goldFault(changed) === undefined && !accepts(changed, label)) return changed;
  }
  throw new Error(`no wrong label was found for ${label} in ${MOST_DRAWS} draws`);
}

function accepts(gold: string, answer: string): boolean {
  return (['reward', 'paper-train'] as const).some(
    (mode) => verify({ gold, answer, mode }).verdict === 'correct',
  );
}

function changedLabel(label: string, random: RandomStream): string {
  const fraction = /^(-?)\\[dt]?frac\{(-?\d+)\}\{(-?\d+)\}$/.exec(label) ?? /^(-?)(\d+)\/(\d+)$/.exec(label);
  if (fraction) {
    const [, sign = '', over = '', under = ''] = fraction;
    const changed = [changedNumber(over, random), changedNumber(under, random)] as const;
    return changed[1] === '0' ? label : `${sign}\\frac{${changed[0]}}{${changed[1]}}`;
  }
  if (/^-?\d*\.?\d+$/.test(label)) return changedNumber(label, random);
  return signed(random.integer(1, INTEGER), random);
}

/** Exact for numbers of any length: digits as a whole number, the point put back. */
function changedNumber(text: string, random: RandomStream): string {
  const places = text.split('.')[1]?.length ?? 0;
  const unit = 10n ** BigInt(places);
  const offset = BigInt(signed(random.integer(1, OFFSET), random)) * unit;
  const sum = BigInt(text.replace('.', '')) + offset;
  const flipped = random.next() < 0.5 ? -sum : sum;
  const digits = (flipped < 0n ? -flipped : flipped).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  return `${flipped < 0n ? '-' : ''}${digits.slice(0, point)}${places > 0 ? `.${digits.slice(point)}` : ''}`;
}

function signed(value: number, random: RandomStream): string {
  return String(random.next() < 0.5 ? -value : value);
}
