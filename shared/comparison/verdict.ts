import type { Interval } from '../records/summary.ts';

const SIGNIFICANT = 0.05;

/** What a comparison comes to, second against first. Differences are shares. */
export type Verdict =
  /** The test finds a difference, and all of the interval is on its side. */
  | { readonly kind: 'better' | 'worse'; readonly difference: number; readonly interval: Interval }
  /** All of the interval is within the margin: a difference larger than `within` is excluded. */
  | { readonly kind: 'no-difference'; readonly within: number }
  /** Neither; so many problems like these would find a difference of the size of the margin in 80 of 100 cases. */
  | { readonly kind: 'cannot-tell'; readonly problemsNeeded: number; readonly margin: number }
  /** The two were not asked the same: there is nothing to compare. */
  | { readonly kind: 'blocked' };

export interface Evidence {
  readonly problems: number;
  readonly difference: number;
  readonly interval: Interval;
  /** Adjusted for the number of comparisons. */
  readonly adjustedP: number;
  /** So many problems would find a difference of the size of the margin. */
  readonly problemsNeeded: number;
}

/** @param margin - differences up to here do not matter */
export function concludeFrom(evidence: Evidence, margin: number): Verdict {
  const { difference, interval, adjustedP } = evidence;
  const [low, high] = interval;
  if (adjustedP <= SIGNIFICANT && low > 0) return { kind: 'better', difference, interval };
  if (adjustedP <= SIGNIFICANT && high < 0) return { kind: 'worse', difference, interval };
  const within = Math.max(-low, high);
  if (within <= margin) return { kind: 'no-difference', within };
  return { kind: 'cannot-tell', problemsNeeded: atLeast(evidence, margin), margin };
}

/** The more, where the interval says that even so many would not do. */
function atLeast({ problems, difference, interval: [low, high], problemsNeeded }: Evidence, margin: number) {
  const size = Math.abs(difference);
  // The interval must come off 0, or within the margin, whichever is nearer.
  const ratio = (high - low) / 2 / Math.max(size, margin - size);
  return Math.max(problemsNeeded, Math.ceil(problems * ratio ** 2), problems + 1);
}

/** The two sides as a sentence names them. */
export interface Sides {
  readonly first: string;
  readonly second: string;
}

/** A verdict in words, as a sentence. */
export function verdictText(verdict: Verdict, { first, second }: Sides): string {
  switch (verdict.kind) {
    case 'better':
    case 'worse': {
      const { difference, interval } = verdict;
      const [low, high] = interval.map(Math.abs).sort((a, b) => a - b) as [number, number]; // of two
      const how = difference > 0 ? 'more' : 'less';
      const word = verdict.kind === 'better' ? 'Better' : 'Worse';
      const size = points(Math.abs(difference));
      return `${word}: ${second} scores ${size} points ${how} than ${first} (${points(low)} to ${points(high)}).`;
    }
    case 'no-difference':
      return `No difference: one larger than ${points(verdict.within, Math.ceil)} points between ${first} and ${second} is excluded.`;
    case 'cannot-tell': {
      const { problemsNeeded, margin } = verdict;
      const needed = `a difference of ${points(margin)} points would take about ${rounded(problemsNeeded)} problems`;
      return `Cannot tell ${second} from ${first}: to find ${needed}.`;
    }
    case 'blocked':
      return `No verdict: ${first} and ${second} were not asked the same.`;
    default:
      return verdict satisfies never;
  }
}

/** Per cent with one decimal. */
function points(share: number, round: (tenths: number) => number = Math.round): string {
  return (round(1000 * share) / 10).toFixed(1);
}

/** Two digits, which is more than a forecast knows. `toLocaleString` would load its tables first: 30 ms. */
function rounded(count: number): string {
  return String(Number(count.toPrecision(2))).replace(/\B(?=(\d{3})+$)/g, ',');
}
