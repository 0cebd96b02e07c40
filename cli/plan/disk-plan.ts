import { sum } from '#shared/metrics/sum.ts';
import type { RunSettings } from '#trainer/settings/config.ts';
import { hasCritic } from '#trainer/settings/has-critic.ts';

const FP32 = 4;
/** Checkpoints whose optimizer state is there: two that are kept (`trainer/resume/retention.ts`), one being written. */
const STATES = 3;
/** Characters of base64 for a number of four bytes; a journal is not compressed. */
const BASE64 = 16 / 3;
/** Characters of a completion's text for each token of it, about. */
const TEXT = 4;

export interface DiskPart {
  readonly part: string;
  readonly bytes: number;
}

/** What a run will fill at most, its base model and evaluations excepted, which take little beside it. */
export function diskPlan(settings: RunSettings, parameters: number): readonly DiskPart[] {
  const { steps, checkpointEvery, prompts, samples, sampling } = settings;
  const count = checkpointCount(settings);
  const moments = 2 * FP32 * parameters * (hasCritic(settings) ? 2.5 : 1); // a critic's weights lie beside its moments
  const tokens = prompts * samples * sampling.maxTokens;
  return [
    {
      part: `weights of ${count} checkpoints (${steps} steps, one every ${checkpointEvery}), fp32, kept`,
      bytes: count * FP32 * parameters,
    },
    { part: 'optimizer state of the newest two, and of one being written', bytes: STATES * moments },
    { part: 'journals of rollouts, at most, kept', bytes: steps * tokens * journalBytesPerToken(settings) },
  ];
}

/** Those of step 0, of each interval and of the last step. */
export function checkpointCount({ steps, checkpointEvery }: RunSettings): number {
  return 1 + Math.ceil(steps / checkpointEvery);
}

/** As `trainer/journal/rollout-record.ts` writes them: the token and its log-probabilities, three streams of a critic. */
function journalBytesPerToken(settings: RunSettings): number {
  const streams =
    2 +
    (settings.update.completions === null ? 0 : 1) +
    (settings.loss.klCoefficient === 0 ? 0 : 1) +
    (hasCritic(settings) ? 3 : 0);
  return streams * BASE64 + TEXT;
}

/** Of all parts. */
export function diskBytes(parts: readonly DiskPart[]): number {
  return sum(parts.map(({ bytes }) => bytes));
}
