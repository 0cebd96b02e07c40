import { join } from 'node:path';
import { KnownError } from '../errors.ts';
import type { ModelConfig } from './model-config.ts';
import { checkTensors, EMBEDDING, HEAD } from './model-tensors.ts';
import type { Weight } from './model-weights.ts';
import { tensorPieces } from './tensor-pieces.ts';

/** Of each type: the bits of the exponent, which are all set in infinities and in what is no number. */
const EXPONENTS = {
  F32: { Words: Uint32Array, bits: 0x7f80_0000 },
  F16: { Words: Uint16Array, bits: 0x7c00 },
  BF16: { Words: Uint16Array, bits: 0x7f80 },
} as const;

/**
 * Checks that the weights of a folder are the model of its config, for every program that reads them alike: each tensor
 * there, of its shape and finite, and no second head beside one that is tied to the embeddings.
 *
 * @throws {KnownError} `weight-missing`, `weight-unfit`, `weight-unknown`, `weight-nonfinite` or `weight-contradicts`
 */
export async function checkWeights(
  directory: string,
  config: ModelConfig,
  weights: ReadonlyMap<string, Weight>,
): Promise<void> {
  checkTensors(config, weights);
  for (const [name, weight] of weights) {
    const called = `${name} in ${join(directory, weight.file)}`;
    for await (const _ of finitePieces(tensorPieces(directory, weight), weight, called)); // reads, and throws
  }
  const [head, embedding] = [weights.get(HEAD), weights.get(EMBEDDING)];
  if (config.tiedEmbeddings && head && embedding) await checkTied(directory, head, embedding);
}

/** Passes the pieces of a tensor on as long as their numbers are finite. @throws {KnownError} `weight-nonfinite` */
export async function* finitePieces(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { dtype, shape }: Pick<Weight, 'dtype' | 'shape'>,
  called: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let before = 0; // bytes
  for await (const piece of pieces) {
    const at = firstNonfinite(piece, dtype);
    if (at !== undefined) {
      const element = before / (dtype === 'F32' ? 4 : 2) + at;
      throw new KnownError(
        'weight-nonfinite',
        `${called} holds a number that is not finite (element ${element} of [${shape.join(', ')}]). The model is ` +
          'damaged, or its training diverged: take an earlier one, or fetch it again.',
      );
    }
    before += piece.length;
    yield piece;
  }
}

/** The index of an element; of a type that no model computes with, none. */
function firstNonfinite(piece: Uint8Array<ArrayBuffer>, dtype: Weight['dtype']): number | undefined {
  const kind = dtype in EXPONENTS ? EXPONENTS[dtype as keyof typeof EXPONENTS] : undefined;
  if (!kind) return undefined;
  const { Words, bits } = kind;
  const words = new Words(piece.buffer, piece.byteOffset, piece.byteLength / Words.BYTES_PER_ELEMENT);
  for (let i = 0; i < words.length; i++) if (((words[i] as number) & bits) === bits) return i;
  return undefined;
}

async function checkTied(directory: string, head: Weight, embedding: Weight): Promise<void> {
  if (await areEqual(directory, head, embedding)) return;
  throw new KnownError(
    'weight-contradicts',
    `config.json says tie_word_embeddings: true, but ${HEAD} is another matrix than ${EMBEDDING}, and programs differ in ` +
      'which of the two they believe. Say tie_word_embeddings: false to keep the head, or remove it from the file.',
  );
}

/** @param other - of the same shape */
async function areEqual(directory: string, one: Weight, other: Weight): Promise<boolean> {
  if (one.dtype !== other.dtype) return false;
  const others = tensorPieces(directory, other);
  try {
    for await (const piece of tensorPieces(directory, one)) {
      const next = await others.next();
      if (next.done || Buffer.compare(piece, next.value) !== 0) return false;
    }
    return true;
  } finally {
    await others.return(undefined); // closes its file
  }
}
