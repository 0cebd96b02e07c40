import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { locateWeights, WEIGHTS_FILE, WEIGHTS_INDEX, type Weight } from '#shared/inference/model-weights.ts';
import { bf16OfFp32, fp32OfBf16, fp32OfFp16 } from '#shared/inference/number-formats.ts';
import { type Dtype, layOutSafetensors, tensorBytes } from '#shared/inference/safetensors.ts';
import { tensorPieces } from '#shared/inference/tensor-pieces.ts';

/** What weights are written in. */
export type ExportDtype = 'bf16' | 'fp32';

/** Of one file: what the hub shows and tools move well. */
const SHARD_BYTES = 5_000_000_000;
const WRITTEN: Readonly<Record<ExportDtype, Dtype>> = { bf16: 'BF16', fp32: 'F32' };

type Named = readonly [name: string, weight: Weight];

/**
 * Writes the weights of a model folder in another format, in as few files as may be, without holding a tensor in memory.
 * What is no fp32, fp16 or bf16 is copied as it is.
 *
 * @param onBytes - takes how many bytes were written, and of how many
 * @throws {KnownError} as `locateWeights` and the disk do
 */
export async function writeWeights(
  from: string,
  to: string,
  dtype: ExportDtype,
  onBytes: (doneBytes: number, totalBytes: number) => void,
  shardBytes: number = SHARD_BYTES,
): Promise<void> {
  const weights = [...(await locateWeights(from))];
  const shards = packed(weights, dtype, shardBytes);
  const totalBytes = shards.flat().reduce((sum, [, weight]) => sum + writtenBytes(weight, dtype), 0);
  const weightMap: Record<string, string> = {};
  let doneBytes = 0;
  for (const [index, shard] of shards.entries()) {
    const file = shards.length === 1 ? WEIGHTS_FILE : shardName(index + 1, shards.length);
    for (const [name] of shard) weightMap[name] = file;
    const counted = async function* () {
      for await (const bytes of shardStream(from, shard, dtype)) {
        yield bytes;
        doneBytes += bytes.length;
        onBytes(Math.min(doneBytes, totalBytes), totalBytes); // a header comes on top
      }
    };
    await saveStream(counted(), join(to, file));
  }
  if (shards.length === 1) return;
  const content = { metadata: { total_size: totalBytes }, weight_map: weightMap };
  const path = join(to, WEIGHTS_INDEX);
  await explainingDisk(path, () => writeFile(path, `${JSON.stringify(content, undefined, 2)}\n`));
}

/** In their order, as many in a file as fit. */
function packed(
  weights: readonly Named[],
  dtype: ExportDtype,
  shardBytes: number,
): readonly (readonly Named[])[] {
  const shards: Named[][] = [[]];
  let sizeBytes = 0;
  for (const named of weights) {
    const more = writtenBytes(named[1], dtype);
    if (sizeBytes > 0 && sizeBytes + more > shardBytes) {
      shards.push([]);
      sizeBytes = 0;
    }
    shards.at(-1)?.push(named);
    sizeBytes += more;
  }
  return shards;
}

function shardName(number: number, of: number): string {
  const padded = (value: number) => String(value).padStart(5, '0');
  return `model-${padded(number)}-of-${padded(of)}.safetensors`;
}

async function* shardStream(
  from: string,
  shard: readonly Named[],
  dtype: ExportDtype,
): AsyncGenerator<Uint8Array> {
  const weights = new Map(shard);
  const tensors = shard.map(
    ([name, weight]) => [name, { ...weight, dtype: writtenDtype(weight, dtype) }] as const,
  );
  const { head, order } = layOutSafetensors(Object.fromEntries(tensors), { format: 'pt' });
  yield head;
  for (const name of order) {
    const weight = weights.get(name) as Weight; // the order is of their names
    for await (const piece of tensorPieces(from, weight)) yield converted(piece, weight.dtype, dtype);
  }
}

function writtenDtype(weight: Pick<Weight, 'dtype'>, dtype: ExportDtype): Dtype {
  return weight.dtype === 'F32' || weight.dtype === 'F16' || weight.dtype === 'BF16'
    ? WRITTEN[dtype]
    : weight.dtype;
}

function writtenBytes(weight: Weight, dtype: ExportDtype): number {
  return tensorBytes({ shape: weight.shape, dtype: writtenDtype(weight, dtype) });
}

/** @param piece - whole elements at the start of its memory */
function converted(piece: Uint8Array<ArrayBuffer>, from: Dtype, to: ExportDtype): Uint8Array {
  if (writtenDtype({ dtype: from }, to) === from) return piece;
  const words = fp32Of(piece, from);
  return bytesOf(to === 'fp32' ? words : bf16OfFp32(words));
}

function fp32Of({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>, from: Dtype): Uint32Array {
  if (from === 'F32') return new Uint32Array(buffer, byteOffset, byteLength / 4);
  const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
  return from === 'BF16' ? fp32OfBf16(halves) : fp32OfFp16(halves);
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
