import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
import { assertRoom } from '#shared/adapters/disk/free-space.ts';
import { checkTokenizer } from '#shared/inference/check-tokenizer.ts';
import { finitePieces } from '#shared/inference/check-weights.ts';
import { ggufConfig } from '#shared/inference/gguf/gguf-config.ts';
import { ggufPieces } from '#shared/inference/gguf/gguf-pieces.ts';
import { ggufTokenizer } from '#shared/inference/gguf/gguf-tokenizer.ts';
import { type GgufWeight, ggufWeights } from '#shared/inference/gguf/gguf-weights.ts';
import { readGguf } from '#shared/inference/gguf/read-gguf.ts';
import { readModelConfig } from '#shared/inference/model-config.ts';
import { totalBytes, type WrittenTensor, writeTensors } from './write-tensors.ts';

/**
 * Writes the model of a GGUF file into a folder as transformers and the decoder read it. Quantised tensors become the fp32
 * that they stand for; fp16 and bf16 stay.
 *
 * @param to - an empty folder
 * @param onBytes - takes how many bytes of weights were written, and of how many
 * @throws {KnownError} `gguf-invalid`, `gguf-unsupported`, `weight-nonfinite`, `disk-full`, …
 */
export async function importGguf(
  path: string,
  to: string,
  onBytes: (doneBytes: number, totalBytes: number) => void,
): Promise<void> {
  const file = await explainingDisk(path, async () => readGguf(path));
  const { tokenizer, tokenizerConfig, ids } = ggufTokenizer(file);
  await writeJson(to, 'config.json', { ...(await ggufConfig(file)), ...ids });
  await writeJson(to, 'generation_config.json', { _from_model_config: true, ...ids });
  await writeJson(to, 'tokenizer.json', tokenizer);
  await writeJson(to, 'tokenizer_config.json', tokenizerConfig);
  const config = await readModelConfig(to);
  await checkTokenizer(to, config);
  const weights = ggufWeights(file, config);
  const tensors = new Map(weights.map((weight) => [weight.name, writtenTensor(path, weight)]));
  const total = totalBytes(tensors);
  await assertRoom({
    folder: to,
    needBytes: total,
    what: 'the model',
    advice: 'name a folder on another disk',
  });
  await writeTensors(tensors, to, (doneBytes) => onBytes(doneBytes, total));
}

async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const path = join(folder, name);
  await explainingDisk(path, () => writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`));
}

function writtenTensor(path: string, weight: GgufWeight): WrittenTensor {
  const { dtype, shape } = weight;
  const pieces = () =>
    finitePieces(ggufPieces(path, weight.source, weight.order), weight, `${weight.name} of ${path}`);
  return { dtype, shape, pieces };
}
