import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { COMPANIONS } from '#shared/adapters/local/model-folder.ts';
import { makeTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { TemplateKind } from '#shared/records/evaluations.ts';
import { Digest } from '#shared/records/ids.ts';
import type { Checkpoint } from '#shared/records/runs.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { find, read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { lackingCheckpoint } from '../named/lacking-checkpoint.ts';
import { checkChatTemplate } from '../push/store-model.ts';
import { hubHint, type StoredName } from './read-model-name.ts';

/**
 * The checkpoint that `RUN[@STEP]` means: that of the step, else the newest.
 *
 * @returns `undefined` where there is no such run
 * @throws {KnownError} `checkpoint-unknown`, naming the steps there are
 */
export async function findCheckpoint(
  store: ObjectStore,
  run: string,
  step: number | undefined,
): Promise<Checkpoint | undefined> {
  if (!(await find(store, record.run(run)))) return undefined;
  const line = (await readCheckpointLine(store, run)).map(({ checkpoint }) => checkpoint);
  const found = step === undefined ? line.at(-1) : line.find((checkpoint) => checkpoint.step === step);
  if (found) return found;
  const lacking = lackingCheckpoint({ run, step, steps: line.map((checkpoint) => checkpoint.step) });
  throw new KnownError('checkpoint-unknown', `${lacking} Name one as ${run}@STEP, or train on.`);
}

/**
 * The digest of a model that is in the store already, by run and step or by the digest itself.
 *
 * @throws {KnownError} `model-name-unknown`, `checkpoint-unknown`
 */
export async function findStoredModel(store: ObjectStore, { name, step }: StoredName): Promise<string> {
  const checkpoint = await findCheckpoint(store, name, step);
  if (checkpoint) return checkpoint.model;
  if (step === undefined && Digest.safeParse(name).success && (await find(store, record.model(name))))
    return name;
  throw new KnownError(
    'model-name-unknown',
    `"${name}" names no model: there is no such folder and no such run here, nor a stored model of that digest. A model of the ` +
      `hub is org/name or org/name@revision. See --home for the runs of another workspace.${hubHint(name)}`,
  );
}

/**
 * Checks that a stored model can render the prompts that it is wanted for, by its small files alone.
 *
 * @throws {KnownError} `chat-template-missing`, `chat-template-failed`
 */
export async function checkStoredTemplate(
  store: ObjectStore,
  digest: string,
  templates: readonly TemplateKind[],
): Promise<void> {
  if (!templates.includes('chat')) return;
  const { files } = await read(store, record.model(digest));
  const folder = makeTempFolder('oneshot-template-');
  try {
    for (const name of COMPANIONS) {
      const file = files[name];
      if (file && name !== 'tokenizer.json') await store.getFile(keys.blob(file.sha256), join(folder, name));
    }
    await checkChatTemplate(folder, `the model ${digest}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
