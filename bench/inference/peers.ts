import { join } from 'node:path';
import { messageOf } from '#shared/errors.ts';
import { installNpmPeer } from '../peers/install-npm-peer.ts';
import {
  genaiModel,
  installGenai,
  installLlamaCpp,
  quantisedGguf,
  smolLm2Gguf,
  transformersJsModel,
} from '../peers/peer-models.ts';
import type { Contender, Missing } from './contender.ts';

/** Long prompts of many rows: these two keep the logits of every position, or several gigabytes of them. */
const LONG_TOKENS = 32 * 128;

/** A peer, and how it is set up. */
interface Peer {
  readonly name: string;
  setUp(): Promise<Omit<Contender, 'name'>>;
}

const program = (name: string) => join(import.meta.dirname, '../peers', name);

function llamaCpp(type: 'Q8_0' | 'Q4_0', model: () => Promise<string>): Peer {
  return {
    name: `llama.cpp ${type}`,
    setUp: async () => ({
      command: installLlamaCpp(),
      args: [program('decode_with_llama_cpp.py')],
      model: await model(),
    }),
  };
}

function genai(precision: 'fp32' | 'int8' | 'int4', folder: string): Peer {
  return {
    name: `genai ${precision}`,
    setUp: async () => ({
      command: installGenai(),
      args: [program('decode_with_genai.py')],
      model: genaiModel(folder, precision),
    }),
  };
}

/** @param folder - Hugging Face folder of SmolLM2 */
export function peersOfSmolLm2(folder: string): readonly Peer[] {
  return [
    llamaCpp('Q8_0', () => smolLm2Gguf('Q8_0')),
    llamaCpp('Q4_0', () => smolLm2Gguf('Q4_0')),
    ...(['fp32', 'int8', 'int4'] as const).map((precision) => genai(precision, folder)),
    {
      name: 'node-llama-cpp Q4_0',
      setUp: async () => ({
        command: process.execPath,
        args: [program('decode-with-node-llama-cpp.ts'), installNpmPeer('node-llama-cpp', '3.22.1')],
        model: await smolLm2Gguf('Q4_0'),
      }),
    },
    {
      name: 'transformers.js int4',
      setUp: async () => ({
        command: process.execPath,
        args: [
          program('decode-with-transformers-js.ts'),
          installNpmPeer('@huggingface/transformers', '4.3.1'),
        ],
        model: transformersJsModel(folder),
        leavesOut: ({ rows, prompt }) => rows * prompt > LONG_TOKENS,
      }),
    },
  ];
}

/** @param gguf - a model's file in F16 */
export function peersOfGguf(gguf: string): readonly Peer[] {
  return (['Q8_0', 'Q4_0'] as const).map((type) => llamaCpp(type, async () => quantisedGguf(gguf, type)));
}

/** Those that could be set up, and the others with what stood in the way. */
export async function setUpPeers(
  peers: readonly Peer[],
): Promise<{ readonly ready: readonly Contender[]; readonly missing: readonly Missing[] }> {
  const ready: Contender[] = [];
  const missing: Missing[] = [];
  for (const { name, setUp } of peers)
    try {
      ready.push({ name, ...(await setUp()) });
    } catch (error) {
      missing.push({ name, reason: messageOf(error) });
    }
  return { ready, missing };
}
