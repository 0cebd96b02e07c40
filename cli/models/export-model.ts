import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk } from '#shared/adapters/disk/explain-disk-error.ts';
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
import { assertFree, fillFolder } from './fill-folder.ts';
import { modelCard } from './model-card.ts';
import { readStoredName } from './read-model-name.ts';
import { findCheckpoint } from './stored-model.ts';
import { WriteProgress } from './write-progress.ts';
import { type ExportDtype, writeWeights } from './write-weights.ts';

export interface ExportModelOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly dtype: ExportDtype;
}

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
  const { target, filled } = await fillFolder(folder, (draft) =>
    fillDraft(place, { run: name.name, checkpoint, draft, dtype: options.dtype, progress }),
  ).finally(() => progress.clear());
  const line = { event: 'exported', run: name.name, step: checkpoint.step, folder: target, model: filled };
  const said = `Step ${checkpoint.step} of ${name.name}, in ${options.dtype}: ${folder}`;
  process.stdout.write(`${options.json ? JSON.stringify(line) : said}\n`);
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
  const written = new WriteProgress();
  await writeWeights(from, draft, dtype, (doneBytes, totalBytes) =>
    progress.show(written.entry({ doneBytes, totalBytes }, Date.now())),
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
