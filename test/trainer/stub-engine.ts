import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import type { EngineProcess } from '#trainer/engine-client/engine-process.ts';
import {
  type Args,
  PROTOCOL_VERSION,
  type TensorsIn,
  type Verb,
} from '#trainer/engine-client/engine-protocol.ts';

/** Of every completion. */
const COMPLETION = [7, 0];

/**
 * An engine without a model: every completion says the same, weights and optimizer state are the number of updates. For
 * tests of what the driver makes of everything around it.
 */
export class StubEngine {
  #updates = 0;
  readonly #before: (verb: Verb, updates: number) => void;

  /** @param before - sees every call, and may fail it */
  constructor(before: (verb: Verb, updates: number) => void = () => {}) {
    this.#before = before;
  }

  readonly start = async (): Promise<EngineProcess> => {
    const host = { torch: '2', transformers: '5', instructionSet: 'AVX2', pid: 1 };
    // Each verb's answer is one of its own, which a table of them cannot say.
    const call = (async (verb: Verb, args: Args<Verb>, tensors: object = {}) => {
      this.#before(verb, this.#updates);
      return this.#answer(verb, args, tensors);
    }) as EngineClient['call'];
    return {
      client: { call },
      pid: 1,
      host: { protocolVersion: PROTOCOL_VERSION, ...host },
      stop: async () => {},
    };
  };

  async #answer(verb: Verb, args: unknown, tensors: object): Promise<object> {
    switch (verb) {
      case 'sample': {
        const count = (tensors as TensorsIn<'sample'>).lengths.length * (args as Args<'sample'>).samples;
        return {
          tensors: {
            tokens: Int32Array.from({ length: 2 * count }, (_, t) => COMPLETION[t % 2] as number),
            lengths: new Int32Array(count).fill(2),
            logprobs: new Float32Array(2 * count).fill(-1),
            stopped: new Uint8Array(count).fill(1),
          },
        };
      }
      case 'forward':
      case 'forward_backward': {
        const { lengths, promptLengths } = tensors as TensorsIn<'forward'>;
        const size = sum(lengths) - sum(promptLengths);
        const stream = () => new Float32Array(size);
        const streams = { logprobs: stream(), entropy: stream(), pg: stream(), kl: stream() };
        return { result: { loss: 0 }, tensors: streams };
      }
      case 'optim_step':
        this.#updates += 1;
        return { result: { gradNorm: 1 } };
      case 'load_state': {
        const { directory } = args as Args<'load_state'>;
        this.#updates = Number(readFileSync(join(directory, 'optimizer.safetensors'), 'utf8'));
        return { result: {} };
      }
      case 'save_state': {
        const { model, directory } = args as Args<'save_state'>;
        return {
          result: {
            model: write(model, { 'model.safetensors': `weights ${this.#updates}`, 'config.json': '{}' }),
            directory: write(directory, { 'optimizer.safetensors': `${this.#updates}`.padEnd(100_000) }),
          },
        };
      }
      default:
        return { result: { peakBytes: {} } };
    }
  }
}

function write(folder: string, files: Readonly<Record<string, string>>) {
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return [name, { sha256: sha256Hex(text), sizeBytes: text.length }];
    }),
  );
}

function sum(values: Int32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
