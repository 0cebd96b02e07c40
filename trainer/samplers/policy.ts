import { mkdir } from 'node:fs/promises';
import { KnownError } from '#shared/errors.ts';
import { type EngineClient, EngineError } from '../engine-client/engine-client.ts';

/** The engine's policy, as it is now, for a sampler beside the engine. */
export interface Policy {
  /** Writes it as a Hugging Face folder, over what lay there. @throws {KnownError} `publication-unwritable` */
  exportWeights(folder: string): Promise<void>;
  /** Log-probabilities of a completion at the temperature. @returns [n] */
  score(prompt: Int32Array, completion: Int32Array, temperature: number): Promise<Float32Array>;
}

/** @param dtype - of the written weights */
export function policyOf(engine: EngineClient, dtype: 'fp32' | 'bf16'): Policy {
  return {
    exportWeights: async (directory) => {
      // Folders in memory may go when their user logs out.
      await mkdir(directory, { recursive: true }).catch((cause: Error) => {
        throw unpublished(cause);
      });
      await engine.call('publish_hf', { directory, dtype }).catch((error: unknown) => {
        throw error instanceof EngineError && error.engineCode === 'DISK' ? unpublished(error) : error;
      });
    },
    score: async (prompt, completion, temperature) => {
      const { tensors } = await engine.call(
        'forward',
        { slot: 'policy', temperature },
        {
          tokens: Int32Array.of(...prompt, ...completion),
          lengths: Int32Array.of(prompt.length + completion.length),
          promptLengths: Int32Array.of(prompt.length),
        },
      );
      return tensors.logprobs;
    },
  };
}

function unpublished(cause: Error): KnownError {
  const message =
    `The policy cannot be handed to the sampler. ${cause.message}. Make room there, or name a folder with more of it in ` +
    'ONESHOT_PUBLISH, and run the same command again: it goes on from the last checkpoint.';
  return new KnownError('publication-unwritable', message, { cause });
}
