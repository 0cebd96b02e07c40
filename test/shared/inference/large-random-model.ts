import { createCipheriv } from 'node:crypto';
import { mkdtemp, open, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { modelTensors } from '#shared/inference/model-tensors.ts';
import { bf16OfFp32 } from '#shared/inference/number-formats.ts';
import { layOutSafetensors, type TensorData, tensorBytes } from '#shared/inference/safetensors.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { momentsOf, randomConfig, type Shape } from './random-model.ts';

const MICRO = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
/** Weights are drawn from so many numbers, which their 16 random bits name. */
const NORMALS = 2 ** 16;
const PIECE_BYTES = 2 ** 24;

/**
 * Writes a Hugging Face folder of a random tied Qwen2 model in bf16, a few megabytes at a time, with a tokenizer that knows every
 * token of its vocabulary. The same shape gives the same bytes.
 */
export async function writeLargeRandomModel(shape: Shape): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'oneshot-model-'));
  await writeFile(join(directory, 'config.json'), JSON.stringify(randomConfig(shape)));
  await writeTokenizer(directory, shape);
  const tensors: Record<string, Pick<TensorData, 'dtype' | 'shape'>> = {};
  for (const [name, dims] of modelTensors(await readModelConfig(directory)))
    tensors[name] = { dtype: 'BF16', shape: dims };
  const { head, order } = layOutSafetensors(tensors);
  await using file = await open(join(directory, 'model.safetensors'), 'wx');
  await file.write(head);
  const random = new RandomStream(1, 0);
  const normals = Float32Array.from({ length: NORMALS }, () => random.normal());
  // A stream cipher's key stream is random enough, and a gigabyte of it takes a second.
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16));
  for (const name of order) {
    const tensor = tensors[name] as Pick<TensorData, 'dtype' | 'shape'>; // the order is of their names
    const { mean, std } = momentsOf(name, tensor.shape);
    const values = bf16OfFp32(new Uint32Array(normals.map((normal) => mean + std * normal).buffer));
    for (let left = tensorBytes(tensor); left > 0; left -= PIECE_BYTES) {
      const bits = stream.update(Buffer.alloc(Math.min(left, PIECE_BYTES)));
      const words = new Uint16Array(bits.buffer, bits.byteOffset, bits.length / 2);
      for (let i = 0; i < words.length; i++) words[i] = values[words[i] as number] as number;
      await file.write(bits);
    }
  }
  return directory;
}

/** The microcosm's, and a word of its own for each token beyond that. */
async function writeTokenizer(directory: string, { vocabulary }: Shape): Promise<void> {
  for (const name of ['tokenizer_config.json', 'generation_config.json'])
    await writeFile(join(directory, name), await readFile(join(MICRO, name)));
  const tokenizer = JSON.parse(await readFile(join(MICRO, 'tokenizer.json'), 'utf8'));
  const { vocab } = tokenizer.model;
  for (let id = Object.keys(vocab).length; id < vocabulary; id++) vocab[`w${id}`] = id;
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizer));
}
