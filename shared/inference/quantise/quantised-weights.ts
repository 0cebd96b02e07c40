/**
 * Models with matrices of less bits, each in one file of its model's folder. `quantise-model.ts` makes it: matrix by matrix
 * (`quantise-matrix.ts`), the rows turned (`turned-rows.ts`, `rotations.ts`) and rounded (`round-to-int8.ts`, `round-to-int4.ts`) by what
 * the model reads (`calibrate.ts`, `feedback.ts`). This file sees to it that it is there, whole.
 */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { draftName, hasDeadWriter, isAbandoned } from '../../adapters/disk/drafts.ts';
import { explainingDisk, removeLeftover } from '../../adapters/disk/explain-disk-error.ts';
import { assertRoom } from '../../adapters/disk/free-space.ts';
import { KnownError } from '../../errors.ts';
import { checkWeights } from '../check-weights.ts';
import { type ModelConfig, readModelConfig } from '../model-config.ts';
import { locateWeights, type Weight } from '../model-weights.ts';
import { readSafetensorsHeader } from '../safetensors.ts';
import { quantiseModel } from './quantise-model.ts';
import { type Quantised, quantisedFile } from './rounding.ts';

/** After the name of a file that is being written. */
const PART = '.part';
/** Longer than anybody takes from one matrix to the next. */
const SILENT_MS = 60_000;
const POLL_MS = 500;

/**
 * The tensors of a model in a precision, from a file beside its weights that is made the first time. A folder that holds that
 * file needs no other weights.
 *
 * @returns where they lie, by the names that the graph reads
 * @throws {KnownError} as `ensureQuantised` does
 */
export async function quantisedWeights(
  directory: string,
  config: ModelConfig,
  precision: Quantised,
): Promise<ReadonlyMap<string, Weight>> {
  const path = await ensureQuantised(directory, precision, config);
  const file = quantisedFile(precision);
  const entries = await readSafetensorsHeader(path);
  return new Map([...entries].map(([name, entry]) => [name, { ...entry, file }]));
}

/**
 * Makes the file of a model in a precision, unless it is there and whole. Of several threads and processes one makes it and the
 * others wait for it; two that begin together make the same bytes, and the last of them counts.
 *
 * @returns its path
 * @throws {KnownError} where the model's own weights are missing, damaged or of an unsupported architecture, or its tokenizer
 *   cannot be used; `disk-full`
 */
export async function ensureQuantised(
  directory: string,
  precision: Quantised,
  config?: ModelConfig,
): Promise<string> {
  const file = quantisedFile(precision);
  const path = join(directory, file);
  await removeAbandoned(directory);
  while (!(await isWhole(path))) {
    if (await isBeingMade(directory, file)) await sleep(POLL_MS);
    else await make(path, directory, precision, config ?? (await readModelConfig(directory)));
  }
  return path;
}

async function make(
  path: string,
  directory: string,
  precision: Quantised,
  config: ModelConfig,
): Promise<void> {
  const weights = await locateWeights(directory);
  await checkWeights(directory, config, weights);
  const model = quantiseModel({ directory, config, weights }, precision);
  const draft = join(directory, `${draftName()}.${quantisedFile(precision)}${PART}`);
  await assertRoom({
    folder: directory,
    needBytes: model.sizeBytes,
    what: `the model in ${precision}`,
    advice: 'evaluate it where there is more',
  });
  try {
    await explainingDisk(path, async () => {
      await model.write(draft);
      await rename(draft, path);
    });
  } finally {
    await removeLeftover(draft);
  }
}

/** Whether the file is there; one that is damaged is removed, since it can be made again. */
async function isWhole(path: string): Promise<boolean> {
  try {
    await readSafetensorsHeader(path);
    return true;
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    if (error.code === 'safetensors-invalid') await explainingDisk(path, () => rm(path, { force: true }));
    return false;
  }
}

async function isBeingMade(directory: string, file: string): Promise<boolean> {
  for (const name of await readdir(directory)) {
    if (!name.endsWith(`.${file}${PART}`) || hasDeadWriter(name)) continue;
    const { mtimeMs } = await stat(join(directory, name)).catch(() => ({ mtimeMs: 0 })); // removed meanwhile
    if (Date.now() - mtimeMs < SILENT_MS) return true;
  }
  return false;
}

/** Removes what killed processes have left, which may be gigabytes. */
async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/oneshot-.*\.part$/.test(name) && (await isAbandoned(directory, name)))
      await removeLeftover(join(directory, name));
  }
}
