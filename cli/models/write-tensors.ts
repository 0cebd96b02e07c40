import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { WEIGHTS_FILE, WEIGHTS_INDEX } from '#shared/inference/model-weights.ts';
import { type Dtype, layOutSafetensors, tensorBytes } from '#shared/inference/safetensors.ts';

/** Of one file: what the hub shows and tools move well. */
const SHARD_BYTES = 5_000_000_000;

/** A tensor as it will be written. */
export interface WrittenTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Its bytes, in pieces. */
  readonly pieces: () => AsyncIterable<Uint8Array>;
}

export type Tensors = ReadonlyMap<string, WrittenTensor>;

/** How many bytes tensors take, headers of files aside. */
export function totalBytes(tensors: Tensors): number {
  return [...tensors.values()].reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
}

/**
 * Writes tensors as safetensors, in as few files as may be, without holding one in memory.
 *
 * @param onBytes - takes how many bytes were written
 * @throws {KnownError} as the disk and the tensors' pieces do
 */
export async function writeTensors(
  tensors: Tensors,
  to: string,
  onBytes: (doneBytes: number) => void,
  shardBytes: number = SHARD_BYTES,
): Promise<void> {
  const shards = packed(tensors, shardBytes);
  const weightMap: Record<string, string> = {};
  let doneBytes = 0;
  for (const [index, shard] of shards.entries()) {
    const file = shards.length === 1 ? WEIGHTS_FILE : shardName(index + 1, shards.length);
    for (const name of shard.keys()) weightMap[name] = file;
    await saveStream(
      shardStream(shard, (bytes) => {
        doneBytes += bytes;
        onBytes(doneBytes);
      }),
      join(to, file),
    );
  }
  if (shards.length === 1) return;
  const content = { metadata: { total_size: totalBytes(tensors) }, weight_map: weightMap };
  const path = join(to, WEIGHTS_INDEX);
  await explainingDisk(path, () => writeFile(path, `${JSON.stringify(content, undefined, 2)}\n`));
}

/** In their order, as many in a file as fit. */
function packed(tensors: Tensors, shardBytes: number): readonly Tensors[] {
  const shards: Map<string, WrittenTensor>[] = [new Map()];
  let sizeBytes = 0;
  for (const [name, tensor] of tensors) {
    const more = tensorBytes(tensor);
    if (sizeBytes > 0 && sizeBytes + more > shardBytes) {
      shards.push(new Map());
      sizeBytes = 0;
    }
    shards.at(-1)?.set(name, tensor);
    sizeBytes += more;
  }
  return shards;
}

function shardName(number: number, of: number): string {
  const padded = (value: number) => String(value).padStart(5, '0');
  return `model-${padded(number)}-of-${padded(of)}.safetensors`;
}

async function* shardStream(
  shard: Tensors,
  onTensorBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { head, order } = layOutSafetensors(Object.fromEntries(shard), { format: 'pt' });
  yield head;
  for (const name of order) {
    const { pieces } = shard.get(name) as WrittenTensor; // the order is of their names
    for await (const piece of pieces()) {
      yield piece;
      onTensorBytes(piece.length);
    }
  }
}
