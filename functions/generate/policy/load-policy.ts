import { type GeneratorOptions, loadGenerator } from '#shared/inference/onnx-generator.ts';
import { loadPolicyText } from './load-policy-text.ts';
import type { LoadedPolicy } from './policy-sampler.ts';

/** Opens a model folder whose files were just checked against their digests. `release` frees its memory. */
export async function loadPolicy(
  directory: string,
  options: Omit<GeneratorOptions, 'directory'>,
): Promise<LoadedPolicy & { release(): Promise<void> }> {
  const [generator, text] = await Promise.all([
    loadGenerator({ directory, ...options }),
    loadPolicyText(directory),
  ]);
  return {
    ...text,
    policy: 'verified',
    freeRows: () => generator.freeRows,
    checkPrompt: (prompt) => generator.checkPrompt(prompt),
    generateInTurn: (requests, turn, onMade) => generator.generateInTurn(requests, turn, onMade),
    release: () => generator.dispose(),
  };
}
