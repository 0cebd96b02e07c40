import { mean } from '../metrics/mean.ts';
import { type MetricName, readMetric } from '../metrics/metric-table.ts';
import { SATURATED } from '../metrics/saturation.ts';
import type { Metrics } from '../records/runs.ts';
import { type Alert, type AlertName, alertOf } from './alert-rules.ts';

/** A step of a run, with what it measured. */
export interface MeasuredStep {
  readonly step: number;
  readonly metrics: Metrics;
}

/** So many steps in a row are no accident. */
const STREAK = 10;

/** @see Yu et al. 2025, "DAPO", section 3.4: completions that are cut are noise among the rewards */
const MUCH_CUT = 0.5;

/**
 * Entropy is consumed where reward is gained; below these there is next to none left to consume.
 *
 * @see Cui et al. 2025, "The Entropy Mechanism of Reinforcement Learning for Reasoning Language Models", sections 2.3, 2.4
 */
const LEFT_OF_ENTROPY = 0.1;
const NEARLY_CERTAIN_NATS = 0.05;

/** A policy that gives each token e times less than the reference does, on average, writes something else than the base. */
const FAR_NATS = 1;
/**
 * Norms before clipping have heavy tails, so that one large norm says little and three say something.
 *
 * @see Chowdhery et al. 2022, "PaLM", section 5.1: spikes of the loss; Kumar et al. 2025, "ZClip": spikes of the gradient
 */
const SPIKE = 10;
const SPIKES = 3;
const USUAL_SHARE = 0.9;
const FEWEST_NORMS = 20;

/** Steps at both ends whose rewards are compared. */
const ENDS = 50;
/** 95 % quantile of the standard normal distribution. @see Welch 1947 */
const CHANCE = 1.645;
const SOLVED = 0.95;

/**
 * What a run's steps give reason to tell: each rule at most once, where it was met first, in the order of steps.
 *
 * @param steps - in their order, from the first that is known
 * @param planned - steps of the whole run, where that is known: of fewer than a rule waits for, all are waited for
 */
export function findAlerts(steps: readonly MeasuredStep[], planned: number | null): readonly Alert[] {
  const watch = new AlertWatch(planned);
  for (const step of steps) watch.add(step);
  return watch.alerts();
}

/** As `findAlerts`, of steps that come one after the other: a step is looked at once, and takes as long after many. */
export class AlertWatch {
  readonly #rules: readonly (readonly [AlertName, readonly Watched[]])[];

  /** @param planned - as for `findAlerts` */
  constructor(planned: number | null) {
    this.#rules = RULES.map(([rule, ways]) => [
      rule,
      ways.map((way) => ({ look: way(planned ?? Number.POSITIVE_INFINITY), seen: undefined })),
    ]);
  }

  add(step: MeasuredStep): void {
    for (const [, ways] of this.#rules) for (const way of ways) way.seen ??= way.look(step);
  }

  /** What the steps so far give reason to tell. */
  alerts(): readonly Alert[] {
    const found = this.#rules.flatMap(([rule, ways]) => {
      const seen = ways.find((way) => way.seen)?.seen;
      return seen ? [alertOf(rule, seen)] : [];
    });
    return found.toSorted((a, b) => a.step - b.step);
  }
}

type Seen = Pick<Alert, 'step' | 'value' | 'found'>;
/** Looks at steps in their order until it sees what it looks for. */
type Look = (step: MeasuredStep) => Seen | undefined;

interface Watched {
  readonly look: Look;
  seen: Seen | undefined;
}

/** Ways to meet a rule, those that say most first. */
type Rule = readonly [AlertName, readonly ((planned: number) => Look)[]];

const RULES: readonly Rule[] = [
  ['diverged', [notFinite, farFromReference, spikes]],
  ['nothing-learned', [nothingLearned]],
  ['no-progress', [noProgress]],
  ['entropy-collapsed', [entropyCollapsed]],
  ['completions-cut', [allCut, muchCut]],
  ['reward-saturated', [saturated]],
];

const CRITICAL = Object.entries({
  'policy/loss': 'The loss',
  'policy/grad_norm': 'The gradient norm',
  'policy/kl': 'KL to the reference',
} as const satisfies Partial<Record<MetricName, string>>);

function notFinite(): Look {
  return ({ step, metrics }) => {
    for (const [name, words] of CRITICAL) {
      const value = metrics[name];
      if (value !== undefined && !Number.isFinite(value))
        return { step, value, found: `${words} of step ${step} is not finite.` };
    }
    return undefined;
  };
}

function farFromReference(): Look {
  return ({ step, metrics }) => {
    const value = readMetric(metrics, 'policy/kl') ?? 0;
    if (!(value > FAR_NATS)) return undefined;
    return { step, value, found: `KL of step ${step} is ${value.toFixed(2)} nats a token.` };
  };
}

function spikes(): Look {
  const ascending: number[] = [];
  let mostAtFirst = Number.NEGATIVE_INFINITY;
  let inRow = 0;
  return ({ step, metrics }) => {
    const norm = readMetric(metrics, 'policy/grad_norm');
    if (norm === undefined) return undefined;
    const known = ascending.length;
    // Once training has saturated, most norms are next to 0 and any signal is many times that.
    const isLarge = known >= FEWEST_NORMS && norm > mostAtFirst;
    const isSpike = isLarge && countFirst(ascending, (each) => SPIKE * each < norm) >= USUAL_SHARE * known;
    inRow = isSpike ? inRow + 1 : 0;
    if (inRow === SPIKES) {
      const found = `The gradient norm of step ${step} and the ${SPIKES - 1} before it is more than ${SPIKE} times what it usually was: ${norm.toPrecision(2)}.`;
      return { step: step - SPIKES + 1, value: norm, found };
    }
    if (known < FEWEST_NORMS) mostAtFirst = Math.max(mostAtFirst, norm);
    ascending.splice(
      countFirst(ascending, (each) => each < norm),
      0,
      norm,
    );
    return undefined;
  };
}

/** How many of the first values something holds of, which holds of none after them. */
function countFirst(values: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(values[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nothingLearned(planned: number): Look {
  const isFlat = ({ metrics }: MeasuredStep) =>
    readMetric(metrics, 'advantage/min') === 0 && readMetric(metrics, 'advantage/max') === 0;
  return inARow(Math.min(STREAK, planned), isFlat, (streak) => {
    const value = mean(valuesOf(streak, 'reward/mean')) ?? 0;
    return seenIn(streak, value, `all advantages are 0, the mean reward is ${value.toFixed(2)}`);
  });
}

/** Looked at after each half of what is compared: a look at every step would find by chance what is not there. */
function noProgress(): Look {
  const first: MeasuredStep[] = [];
  let last: MeasuredStep[] = [];
  return (step) => {
    if (first.length < ENDS) {
      first.push(step);
      return undefined;
    }
    if (last.length === ENDS) last = [];
    last.push(step);
    return last.length === ENDS ? compareEnds(first, last) : undefined;
  };
}

function compareEnds(first: readonly MeasuredStep[], last: readonly MeasuredStep[]): Seen | undefined {
  const [before, after] = [valuesOf(first, 'reward/mean'), valuesOf(last, 'reward/mean')];
  if (before.length < ENDS || after.length < ENDS) return undefined;
  const [low, high] = [averageOf(before), averageOf(after)];
  const error = Math.sqrt((varianceOf(before) + varianceOf(after)) / ENDS);
  // Rewards that never differ are another rule's.
  if (error === 0 || high >= SOLVED || high - low > CHANCE * error) return undefined;
  const step = last[0]?.step ?? 0;
  const found = `The mean reward is ${low.toFixed(2)} in the first ${ENDS} steps and ${high.toFixed(2)} in steps ${step} to ${last.at(-1)?.step}.`;
  return { step, value: high - low, found };
}

function entropyCollapsed(): Look {
  const first: MeasuredStep[] = [];
  let [start, limit] = [0, 0];
  // A policy that is right nearly always is rightly certain.
  const isCertain = ({ metrics }: MeasuredStep) =>
    (readMetric(metrics, 'policy/entropy') ?? limit) < limit &&
    (readMetric(metrics, 'reward/mean') ?? 0) < SOLVED;
  const look = inARow(STREAK, isCertain, (streak) => {
    const value = averageOf(valuesOf(streak, 'policy/entropy'));
    return seenIn(
      streak,
      value,
      `the entropy is ${value.toPrecision(2)} nats a token, after ${start.toPrecision(2)} at the beginning`,
    );
  });
  return (step) => {
    if (readMetric(step.metrics, 'policy/entropy') === undefined) return undefined;
    if (first.length === STREAK) return look(step);
    first.push(step);
    if (first.length < STREAK) return undefined;
    start = averageOf(valuesOf(first, 'policy/entropy'));
    limit = Math.min(LEFT_OF_ENTROPY * start, NEARLY_CERTAIN_NATS);
    return first.map(look).find((seen) => seen !== undefined);
  };
}

function allCut(): Look {
  return ({ step, metrics }) =>
    readMetric(metrics, 'completion/truncated_share') === 1
      ? { step, value: 1, found: `All completions of step ${step} were cut at sampling.maxTokens.` }
      : undefined;
}

function muchCut(): Look {
  const isCut = ({ metrics }: MeasuredStep) =>
    (readMetric(metrics, 'completion/truncated_share') ?? 0) >= MUCH_CUT;
  return inARow(STREAK, isCut, (streak) => {
    const value = averageOf(valuesOf(streak, 'completion/truncated_share'));
    return seenIn(
      streak,
      value,
      `${Math.round(100 * value)} % of the completions were cut at sampling.maxTokens`,
    );
  });
}

function saturated(): Look {
  const isRight = ({ metrics }: MeasuredStep) =>
    (readMetric(metrics, 'reward/mean') ?? 0) >= SATURATED.accuracy;
  return inARow(SATURATED.steps, isRight, ([first]) => {
    const { step, metrics } = first as MeasuredStep; // there are 20
    const found = `From step ${step} on, the mean reward stays at 0.95 or more.`;
    return { step, value: readMetric(metrics, 'reward/mean') ?? 0, found };
  });
}

/** What is to be said of the first so many neighbours of which something holds. */
function inARow(
  length: number,
  holds: (step: MeasuredStep) => boolean,
  say: (streak: readonly MeasuredStep[]) => Seen,
): Look {
  let streak: MeasuredStep[] = [];
  return (step) => {
    if (holds(step)) streak.push(step);
    else streak = [];
    return streak.length === length ? say(streak) : undefined;
  };
}

function seenIn(streak: readonly MeasuredStep[], value: number, what: string): Seen {
  const [first, last] = [streak[0]?.step ?? 0, streak.at(-1)?.step ?? 0];
  return { step: first, value, found: `In steps ${first} to ${last} ${what}.` };
}

function valuesOf(steps: readonly MeasuredStep[], name: MetricName): number[] {
  return steps.flatMap(({ metrics }) => readMetric(metrics, name) ?? []);
}

function averageOf(values: readonly number[]): number {
  return mean(values) ?? 0;
}

function varianceOf(values: readonly number[]): number {
  const average = averageOf(values);
  return values.reduce((total, value) => total + (value - average) ** 2, 0) / Math.max(1, values.length - 1);
}
