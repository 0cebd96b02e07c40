import { RunSettings } from '#trainer/settings/config.ts';
import type { Workload } from './workloads.ts';

/** A run as `$ONESHOT_DATA/anchors/trl_step.py` configures its own. */
export function settingsOf(
  { prompts, samples, maxTokens }: Workload,
  engine: Partial<RunSettings['engine']>,
): RunSettings {
  return RunSettings.parse({
    recipe: 'bench',
    steps: 1,
    prompts,
    samples,
    sampling: { temperature: 0.6, maxTokens },
    advantage: { epsilon: 1e-4 },
    loss: { klCoefficient: 0.001, entropyCoefficient: 0.001, aggregation: { kind: 'global-token-mean' } },
    optim: { zeroLrFirstStep: false },
    engine,
  });
}

const PROMPT_LENGTH = 64;
/** Tokens of the random models: three special ones, then the bytes. EOS is the second. */
const FIRST_BYTE = 3;
export const EOS = 1;

/** Prompt k of `$ONESHOT_DATA/anchors/trl_step.py` as tokens. */
export function promptOf(k: number): Int32Array {
  const words = `Problem ${k}: ${'abcdefghij'.repeat(PROMPT_LENGTH / 10 + 2)}`.slice(0, PROMPT_LENGTH);
  return Int32Array.from(Buffer.from(words), (byte) => byte + FIRST_BYTE);
}
