import { mean } from '../metrics/mean.ts';
import { type MetricName, readMetric } from '../metrics/metric-table.ts';
import { saturationStep } from '../metrics/saturation.ts';
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
  const found = RULES.flatMap(([rule, find]) => {
    const seen = find(steps, planned ?? Number.POSITIVE_INFINITY);
    return seen ? [alertOf(rule, seen)] : [];
  });
  return found.toSorted((a, b) => a.step - b.step);
}

type Seen = Pick<Alert, 'step' | 'value' | 'found'> | undefined;
type Rule = readonly [AlertName, (steps: readonly MeasuredStep[], planned: number) => Seen];

const RULES: readonly Rule[] = [
  ['diverged', (steps) => notFinite(steps) ?? farFromReference(steps) ?? spikes(steps)],
  ['nothing-learned', nothingLearned],
  ['no-progress', noProgress],
  ['entropy-collapsed', entropyCollapsed],
  ['completions-cut', (steps) => allCut(steps) ?? muchCut(steps)],
  ['reward-saturated', saturated],
];

const CRITICAL = {
  'policy/loss': 'The loss',
  'policy/grad_norm': 'The gradient norm',
  'policy/kl': 'KL to the reference',
} as const;

function notFinite(steps: readonly MeasuredStep[]): Seen {
  for (const { step, metrics } of steps) {
    for (const [name, words] of Object.entries(CRITICAL)) {
      const value = metrics[name];
      if (value !== undefined && !Number.isFinite(value))
        return { step, value, found: `${words} of step ${step} is not finite.` };
    }
  }
  return undefined;
}

function farFromReference(steps: readonly MeasuredStep[]): Seen {
  for (const { step, metrics } of steps) {
    const value = readMetric(metrics, 'policy/kl') ?? 0;
    if (value > FAR_NATS)
      return { step, value, found: `KL of step ${step} is ${value.toFixed(2)} nats a token.` };
  }
  return undefined;
}

function spikes(steps: readonly MeasuredStep[]): Seen {
  const ascending: number[] = []; // sorted: a driver looks at all steps again after each
  let mostAtFirst = Number.NEGATIVE_INFINITY;
  let inARow = 0;
  for (const { step, metrics } of steps) {
    const norm = readMetric(metrics, 'policy/grad_norm');
    if (norm === undefined) continue;
    const known = ascending.length;
    const below = countFirst(ascending, (each) => SPIKE * each < norm);
    // Once training has saturated, most norms are next to 0 and any signal is many times that.
    const isLarge = norm > mostAtFirst;
    const isSpike = known >= FEWEST_NORMS && isLarge && below >= USUAL_SHARE * known;
    inARow = isSpike ? inARow + 1 : 0;
    if (inARow === SPIKES) {
      const found = `The gradient norm of step ${step} and the ${SPIKES - 1} before it is more than ${SPIKE} times what it usually was: ${norm.toPrecision(2)}.`;
      return { step: step - SPIKES + 1, value: norm, found };
    }
    if (known < FEWEST_NORMS) mostAtFirst = Math.max(mostAtFirst, norm);
    ascending.splice(
      countFirst(ascending, (each) => each < norm),
      0,
      norm,
    );
  }
  return undefined;
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

function nothingLearned(steps: readonly MeasuredStep[], planned: number): Seen {
  const isFlat = ({ metrics }: MeasuredStep) =>
    readMetric(metrics, 'advantage/min') === 0 && readMetric(metrics, 'advantage/max') === 0;
  const streak = firstStreak(steps, Math.min(STREAK, planned), isFlat);
  if (!streak) return undefined;
  const value = mean(valuesOf(streak, 'reward/mean')) ?? 0;
  return seenIn(streak, value, `all advantages are 0, the mean reward is ${value.toFixed(2)}`);
}

/** Looked at after each half of what is compared: a look at every step would find by chance what is not there. */
function noProgress(steps: readonly MeasuredStep[]): Seen {
  for (let end = 2 * ENDS; end <= steps.length; end += ENDS) {
    const [first, last] = [steps.slice(0, ENDS), steps.slice(end - ENDS, end)];
    const [before, after] = [valuesOf(first, 'reward/mean'), valuesOf(last, 'reward/mean')];
    if (before.length < ENDS || after.length < ENDS) continue;
    const [low, high] = [averageOf(before), averageOf(after)];
    const error = Math.sqrt((varianceOf(before) + varianceOf(after)) / ENDS);
    // Rewards that never differ are another rule's.
    if (error === 0 || high >= SOLVED || high - low > CHANCE * error) continue;
    const step = last[0]?.step ?? 0;
    const found = `The mean reward is ${low.toFixed(2)} in the first ${ENDS} steps and ${high.toFixed(2)} in steps ${step} to ${last.at(-1)?.step}.`;
    return { step, value: high - low, found };
  }
  return undefined;
}

function entropyCollapsed(steps: readonly MeasuredStep[]): Seen {
  const known = steps.filter(({ metrics }) => readMetric(metrics, 'policy/entropy') !== undefined);
  const start = averageOf(valuesOf(known.slice(0, STREAK), 'policy/entropy'));
  const limit = Math.min(LEFT_OF_ENTROPY * start, NEARLY_CERTAIN_NATS);
  // A policy that is right nearly always is rightly certain.
  const isCertain = ({ metrics }: MeasuredStep) =>
    (readMetric(metrics, 'policy/entropy') ?? limit) < limit &&
    (readMetric(metrics, 'reward/mean') ?? 0) < SOLVED;
  const streak = firstStreak(known, STREAK, isCertain);
  if (!streak) return undefined;
  const value = averageOf(valuesOf(streak, 'policy/entropy'));
  return seenIn(
    streak,
    value,
    `the entropy is ${value.toPrecision(2)} nats a token, after ${start.toPrecision(2)} at the beginning`,
  );
}

function allCut(steps: readonly MeasuredStep[]): Seen {
  const first = steps.find(({ metrics }) => readMetric(metrics, 'completion/truncated_share') === 1);
  return (
    first && {
      step: first.step,
      value: 1,
      found: `All completions of step ${first.step} were cut at sampling.maxTokens.`,
    }
  );
}

function muchCut(steps: readonly MeasuredStep[]): Seen {
  const isCut = ({ metrics }: MeasuredStep) =>
    (readMetric(metrics, 'completion/truncated_share') ?? 0) >= MUCH_CUT;
  const streak = firstStreak(steps, STREAK, isCut);
  if (!streak) return undefined;
  const value = averageOf(valuesOf(streak, 'completion/truncated_share'));
  return seenIn(
    streak,
    value,
    `${Math.round(100 * value)} % of the completions were cut at sampling.maxTokens`,
  );
}

function saturated(steps: readonly MeasuredStep[]): Seen {
  const index = saturationStep(steps.map(({ metrics }) => readMetric(metrics, 'reward/mean') ?? 0));
  const first = index === null ? undefined : steps[index - 1];
  if (!first) return undefined;
  const value = readMetric(first.metrics, 'reward/mean') ?? 0;
  return {
    step: first.step,
    value,
    found: `From step ${first.step} on, the mean reward stays at 0.95 or more.`,
  };
}

/** The first so many neighbours of which something holds. */
function firstStreak(
  steps: readonly MeasuredStep[],
  length: number,
  holds: (step: MeasuredStep) => boolean,
): readonly MeasuredStep[] | undefined {
  let inARow = 0;
  for (const [index, step] of steps.entries()) {
    inARow = holds(step) ? inARow + 1 : 0;
    if (inARow === length) return steps.slice(index + 1 - length, index + 1);
  }
  return undefined;
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
