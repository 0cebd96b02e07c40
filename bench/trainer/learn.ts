import type { Metrics } from '#shared/records/runs.ts';
import { assignAdvantages } from '#trainer/advantages/assign-advantages.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import type { Graded } from '#trainer/rollouts/rollout.ts';
import { scoreRollouts } from '#trainer/rollouts/score-rollouts.ts';
import type { DrawnCompletion } from '#trainer/samplers/sampler.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import type { PhaseClock } from '#trainer/telemetry/phase-clock.ts';
import { update } from '#trainer/update/update.ts';

export interface Lesson {
  readonly step: number;
  /** [G] */
  readonly prompts: readonly Int32Array[];
  /** [G·K] */
  readonly drawn: readonly Pick<DrawnCompletion, 'tokens' | 'logprobs'>[];
}

/** A step from its completions on, as the training loop takes it. */
export async function learn(
  lesson: Lesson,
  client: EngineClient,
  settings: RunSettings,
  phases: PhaseClock,
): Promise<Metrics> {
  const graded = lesson.drawn.map((_, b) => gradeByParity(b, lesson, settings.samples));
  const scored = await scoreRollouts(graded, settings, client, phases);
  const rollouts = assignAdvantages(scored, settings);
  return phases.time('update', () => update(client, lesson.step, rollouts, settings));
}

/** Reward 1 if the sum of the tokens is even, as in `$ONESHOT_DATA/anchors/trl_step.py`. */
function gradeByParity(b: number, { prompts, drawn }: Lesson, samples: number): Graded {
  const row = Math.floor(b / samples);
  const { tokens, logprobs } = drawn[b] as Lesson['drawn'][number]; // one of them
  const even = tokens.reduce((sum, token) => sum + token, 0) % 2 === 0;
  return {
    row,
    sample: b % samples,
    example: String(row),
    prompt: prompts[row] as Int32Array,
    completion: tokens,
    truncated: false,
    text: '',
    samplerLogprobs: logprobs,
    verdict: even ? 'correct' : 'incorrect',
    reason: '',
    extracted: null,
    reward: even ? 1 : 0,
  };
}
