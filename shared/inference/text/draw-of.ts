import { sha256Words } from '../../encoding/digest.ts';
import type { Draw } from '../../ports/generator.ts';

/** The draws of one text: they depend on seed, sample and prompt, not on what else is asked. */
export function drawOf(seed: number, sample: number, prompt: readonly number[]): Draw {
  const [row, step] = sha256Words(prompt.join());
  return { seed, sample, row, step };
}
