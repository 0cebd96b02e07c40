/**
 * What may go wrong with a training run or a scoring of it, one table: the pages, the terminal, the webhook and the guide say
 * it in these words; the worst stand first. When a rule is met, `find-alerts.ts` says of the metrics of steps and `stalled-evaluation.ts` of
 * scores that do not come.
 */
import { z } from 'zod';

export interface AlertRule {
  /** `note`: nothing is wrong, and whoever watches wants to know. */
  readonly severity: 'warning' | 'note';
  /** In a word or two, above a curve. */
  readonly short: string;
  /** When it is met, as a sentence. */
  readonly when: string;
  /** What it means, as a sentence. */
  readonly means: string;
  /** The next thing to do, as a sentence. */
  readonly advice: string;
}

export const alertRules = {
  diverged: {
    severity: 'warning',
    short: 'diverges',
    when:
      'Loss, gradient norm or KL is not finite; or KL to the reference is above 1 nat a token; or the gradient norm of 3 steps ' +
      'in a row is more than 10 times what 9 of 10 earlier steps had, and more than each of the first 20.',
    means: 'Training has come off the rails, and what follows is seldom worth its scores.',
    advice:
      'Go back to a checkpoint before it (`--fork RUN@STEP`) with a lower optim.learningRate or a higher loss.klCoefficient.',
  },
  'nothing-learned': {
    severity: 'warning',
    short: 'no signal',
    when: 'All advantages of 10 steps in a row are 0 (of all steps, where a run has fewer).',
    means:
      'All completions of each prompt got the same reward, all right or all wrong: nothing is learned from rewards.',
    advice:
      "Look at what the policy writes (the steps' journals) and at the reward; easier or harder examples, or more --samples, make rewards differ.",
  },
  'no-progress': {
    severity: 'warning',
    short: 'no progress',
    when:
      'After 100 steps or more, the mean reward of the last 50 is not above that of the first 50 by more than chance would have it ' +
      '(Welch, 5 %, one-sided), and below 0.95.',
    means: 'Rewards differ, and the policy does not get more of them.',
    advice:
      'Look whether the reward pays for what is wanted; try a higher optim.learningRate, more --prompts or --samples.',
  },
  'entropy-collapsed': {
    severity: 'warning',
    short: 'entropy gone',
    when: 'The entropy of 10 steps in a row is below a tenth of that of the first 10 steps, and below 0.05 nats, and their mean rewards are below 0.95.',
    means:
      'The policy is nearly certain of every token: completions of a prompt are alike, and there is little left to learn from.',
    advice:
      'Raise loss.entropyCoefficient or sampling.temperature, or clip higher; take a checkpoint before it.',
  },
  'completions-cut': {
    severity: 'warning',
    short: 'cut off',
    when: 'All completions of a step, or at least half of those of 10 steps in a row, are cut at sampling.maxTokens.',
    means: 'Answers that are cut get no reward, whatever they would have come to.',
    advice:
      "Raise sampling.maxTokens, or see that the model's generation_config.json or tokenizer_config.json names the token that ends an answer, or name one in sampling.stop.",
  },
  'reward-saturated': {
    severity: 'note',
    short: 'training saturates',
    when: 'The mean reward of 20 steps in a row is at least 0.95.',
    means:
      'Training has little left to say about its example; what scores still gain from here on is generalisation.',
    advice: 'Hold later checkpoints against this one: `oneshot compare RUN@STEP RUN`.',
  },
  'evaluation-stalled': {
    severity: 'warning',
    short: 'scores stall',
    when: 'An evaluation was asked for more than 6 hours ago and is not over, or more than 30 minutes ago and is not planned.',
    means: 'Nobody works on the scores of this checkpoint.',
    advice:
      'See that a worker runs (`oneshot eval RUN`, `oneshot serve`, or docs/runbook.md#message-age for a deployment).',
  },
} as const satisfies Readonly<Record<string, AlertRule>>;

export type AlertName = keyof typeof alertRules;
/** A name of the table, as JSON has it. */
export const AlertRuleName = z.enum(Object.keys(alertRules) as [AlertName, ...AlertName[]]); // the table has some

/** A rule that a run has met. */
export interface Alert {
  readonly rule: AlertName;
  readonly severity: AlertRule['severity'];
  /** From where on. */
  readonly step: number;
  /** The number that met the rule: `found` says which one it is. */
  readonly value: number;
  /** What was seen, as a sentence. */
  readonly found: string;
  readonly means: string;
  readonly advice: string;
}

/** The alert of a rule that was met. */
export function alertOf(rule: AlertName, seen: Pick<Alert, 'step' | 'value' | 'found'>): Alert {
  const { severity, means, advice } = alertRules[rule];
  return { rule, severity, ...seen, means, advice };
}

/** An alert as a line of text. */
export function alertText({ found, means, advice }: Pick<Alert, 'found' | 'means' | 'advice'>): string {
  return `${found} ${means} ${advice}`;
}
