import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { draftName, hasDeadWriter } from '#shared/adapters/disk/drafts.ts';
import {
  explainDiskError,
  explainingDisk,
  isCode,
  removeLeftover,
} from '#shared/adapters/disk/explain-disk-error.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { companionFiles, fetchModelFolder, folderDigest } from '#shared/adapters/local/model-folder.ts';
import { openPlace, type Place } from '#shared/adapters/open-place.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import type { Summary } from '#shared/records/summary.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { newestEnd } from '#shared/storage/newest-end.ts';
import { read } from '#shared/storage/read.ts';
import { runRecord } from '#trainer/settings/config.ts';
import { modelOrigin } from '../report/model-origin.ts';
import { Progress } from '../terminal/progress.ts';
import { modelCard } from './model-card.ts';
import { sizeText } from './pull-progress.ts';
import { readStoredName } from './read-model-name.ts';
import { findCheckpoint } from './stored-model.ts';
import { type ExportDtype, writeWeights } from './write-weights.ts';

export interface ExportModelOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly dtype: ExportDtype;
}

const FAULT = { code: 'output-unwritable', advice: 'name another' } as const;
/** Names of torch, under which `config.json` says what weights are in. */
const TORCH = { bf16: 'bfloat16', fp32: 'float32' } as const satisfies Record<ExportDtype, string>;

/**
 * Writes a checkpoint as a Hugging Face folder with a model card: there whole or not at all.
 *
 * @param text - `RUN[@STEP]`
 * @param folder - new or empty
 * @throws {KnownError} `run-unknown`, `checkpoint-unknown`, `output-taken`, `output-unwritable`, `disk-full`, …
 */
export async function exportModel(text: string, folder: string, options: ExportModelOptions): Promise<void> {
  const name = readStoredName(text);
  await assertFree(folder);
  const place = await openPlace(options);
  const progress = new Progress(process.stderr, options.json);
  progress.show({ phase: 'reading', text: `reading ${text} from the store` });
  const checkpoint = await findCheckpoint(place.store, name.name, name.step);
  if (!checkpoint) {
    const message = `There is no run ${name.name} here. Name one that "oneshot train" printed, or its --home.`;
    throw new KnownError('run-unknown', message);
  }
  const { draft, target } = await openDraft(folder);
  try {
    const digest = await fillDraft(place, {
      run: name.name,
      checkpoint,
      draft,
      dtype: options.dtype,
      progress,
    });
    await rename(draft, target).catch((error: unknown) => {
      throw isCode(error, 'ENOTEMPTY', 'EEXIST') ? taken(folder) : explainDiskError(error, folder);
    });
    progress.clear();
    const line = { event: 'exported', run: name.name, step: checkpoint.step, folder: target, model: digest };
    const said = `Step ${checkpoint.step} of ${name.name}, in ${options.dtype}: ${folder}`;
    process.stdout.write(`${options.json ? JSON.stringify(line) : said}\n`);
  } finally {
    progress.clear();
    await removeLeftover(draft);
  }
  place.close();
}

interface Export {
  readonly run: string;
  readonly checkpoint: Checkpoint;
  readonly draft: string;
  readonly dtype: ExportDtype;
  readonly progress: Progress;
}

/** @returns the digest of what was written */
async function fillDraft(place: Place, { run, checkpoint, draft, dtype, progress }: Export): Promise<string> {
  const from = await fetchModelFolder(place.store, checkpoint.model, place.cache);
  await writeWeights(from, draft, dtype, (doneBytes, totalBytes) =>
    progress.show({
      phase: 'writing',
      text: `writing ${sizeText(doneBytes)} of ${sizeText(totalBytes)}`,
      numbers: { doneBytes, totalBytes },
    }),
  );
  for (const name of await companionFiles(from)) {
    if (name === 'config.json') await writeConfig(join(from, name), join(draft, name), dtype);
    // Not copied with its mode: the cache is closed to others, and this is to be handed on.
    else
      await explainingDisk(draft, async () => writeFile(join(draft, name), await readFile(join(from, name))));
  }
  const exported = await folderDigest(draft);
  const { config, codeVersion } = await read(place.store, runRecord(run));
  const card = modelCard({
    ...{ run, step: checkpoint.step, config, codeVersion, dtype, exported, stored: checkpoint.model },
    origin: await modelOrigin(place.store, config.model),
    base: await summaryOf(place.store, config.evaluation),
    scores: await summaryOf(place.store, checkpoint.evaluation),
  });
  await explainingDisk(draft, () => writeFile(join(draft, 'README.md'), card));
  return exported;
}

/** The scores of what was asked for, where there are any. */
async function summaryOf(
  store: ObjectStore,
  request: Checkpoint['evaluation'],
): Promise<Summary | undefined> {
  const end = request && (await newestEnd(store, evaluationId(request)));
  return end?.kind === 'scored' ? end.summary : undefined;
}

async function writeConfig(from: string, to: string, dtype: ExportDtype): Promise<void> {
  const config: object = JSON.parse(await readFile(from, 'utf8')); // as was checked before it was stored
  // The second is what transformers 4 reads.
  const said = { ...config, dtype: TORCH[dtype], torch_dtype: TORCH[dtype] };
  await explainingDisk(to, () => writeFile(to, `${JSON.stringify(said, undefined, 2)}\n`));
}

/** A folder beside the one that is wanted; what killed exports have left goes. */
async function openDraft(folder: string): Promise<{ readonly draft: string; readonly target: string }> {
  const target = resolve(folder);
  const [parent, prefix] = [dirname(target), `.${basename(target)}.`];
  makeFolder(parent, FAULT);
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && hasDeadWriter(name.slice(prefix.length)))
      await removeLeftover(join(parent, name));
  }
  const draft = join(parent, `${prefix}${draftName()}`);
  makeFolder(draft, FAULT);
  return { draft, target };
}

async function assertFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    if (isCode(error, 'ENOTDIR')) throw taken(folder);
    throw explainDiskError(error, folder);
  });
  if (names.length > 0) throw taken(folder);
}

function taken(folder: string): KnownError {
  return new KnownError(
    'output-taken',
    `${folder} is there and not an empty folder. Name a new or an empty one.`,
  );
}
