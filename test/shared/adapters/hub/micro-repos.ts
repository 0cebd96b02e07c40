import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';
import { readSafetensorsHeader, type TensorData, writeSafetensors } from '#shared/inference/safetensors.ts';

/** A base of the microcosm, which is of Qwen2's shape, in two shards. */
export async function qwenRepo(): Promise<Record<string, Uint8Array>> {
  const files = await filesOf('habit-62-46');
  return { ...files, ...shardsOf(await tensorsOf('habit-62-46')) };
}

/** The same function in Llama's shape: its attention has one bias more, of zeros. */
export async function llamaRepo(): Promise<Record<string, Uint8Array>> {
  const { 'config.json': config, ...files } = await filesOf('habit-62-46');
  const tensors = await tensorsOf('habit-62-46');
  for (const [name, { shape }] of Object.entries(tensors)) {
    if (!name.endsWith('o_proj.weight')) continue;
    const [hidden = 0] = shape;
    tensors[name.replace('weight', 'bias')] = {
      dtype: 'F32',
      shape: [hidden],
      data: new Float32Array(hidden),
    };
  }
  const {
    layer_types: _,
    use_sliding_window: __,
    sliding_window: ___,
    max_window_layers: ____,
    ...plain
  } = JSON.parse(new TextDecoder().decode(config));
  const llama = { ...plain, model_type: 'llama', architectures: ['LlamaForCausalLM'], attention_bias: true };
  return { ...files, 'config.json': encoded(llama), ...shardsOf(tensors) };
}

async function filesOf(base: string): Promise<Record<string, Uint8Array>> {
  const folder = join(packageRoot, 'trainer/microcosm/bases', base);
  const names = (await readdir(folder)).filter((name) => name !== 'model.safetensors');
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

async function tensorsOf(base: string): Promise<Record<string, TensorData>> {
  const path = join(packageRoot, 'trainer/microcosm/bases', base, 'model.safetensors');
  const bytes = await readFile(path);
  const header = await readSafetensorsHeader(path);
  return Object.fromEntries(
    [...header].map(([name, { dtype, shape, offset, sizeBytes }]) => [
      name,
      { dtype, shape, data: bytes.subarray(offset, offset + sizeBytes) },
    ]),
  );
}

function shardsOf(tensors: Readonly<Record<string, TensorData>>): Record<string, Uint8Array> {
  const names = Object.keys(tensors).sort();
  const half = Math.ceil(names.length / 2);
  const weightMap: Record<string, string> = {};
  const files: Record<string, Uint8Array> = {};
  for (const [index, part] of [names.slice(0, half), names.slice(half)].entries()) {
    const file = `model-0000${index + 1}-of-00002.safetensors`;
    for (const name of part) weightMap[name] = file;
    files[file] = writeSafetensors(
      Object.fromEntries(part.map((name) => [name, tensors[name] as TensorData])),
    );
  }
  return { ...files, 'model.safetensors.index.json': encoded({ metadata: {}, weight_map: weightMap }) };
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
