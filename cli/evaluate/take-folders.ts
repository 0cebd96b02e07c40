import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from '#shared/adapters/open-place.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { EvaluationRequest } from '#shared/records/evaluations.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { SideWork } from '#trainer/resume/side-work.ts';
import { storeModel } from '../push/store-model.ts';
import { addCheckpoint } from './add-checkpoint.ts';
import { type WatchedFolder, watchedFolders } from './watched-folders.ts';

/** Between two looks at a folder: one that is the same in both is not being written to. */
const POLL_MS = 2_000;

export type Tell = (entry: object, text: string) => void;

interface Taking {
  readonly directory: string;
  readonly run: string;
  readonly request: EvaluationRequest;
  readonly tell: Tell;
  /** Ends as soon as every folder stands still, instead of never. */
  readonly once: boolean;
}

/**
 * Takes the folders below a folder as checkpoints of a run, each once it is whole and stands still.
 *
 * @returns why the last one that is no whole model is none, if there is one
 */
export async function takeFolders(
  place: Place,
  { directory, run, request, tell, once }: Taking,
  signal: AbortSignal,
): Promise<KnownError | undefined> {
  const sideWork = new SideWork((kind, error) => {
    const text = `warning: ${kind} failed and is tried again: ${messageOf(error)}`;
    tell({ level: 'warning', event: 'side-work-failed', kind, detail: messageOf(error) }, text);
  });
  const line = await readCheckpointLine(place.store, run);
  const taken = new Set(line.map(({ checkpoint }) => checkpoint.step));
  const refused = new Map<string, { readonly signature: string; readonly error: KnownError }>();
  let before = await watchedFolders(directory);
  for (;;) {
    await sleep(POLL_MS, undefined, { signal });
    await sideWork.catchUp();
    const now = await watchedFolders(directory);
    for (const folder of now.filter((each) => stood(each, before))) {
      const { name, step, signature } = folder;
      if (taken.has(step) || refused.get(name)?.signature === signature) continue;
      const error = await takeFolder(folder, { run, request, tell }, place, sideWork);
      if (error) refused.set(name, { signature, error });
      else {
        taken.add(step);
        refused.delete(name);
      }
    }
    if (once && now.every((folder) => stood(folder, before))) return [...refused.values()].at(-1)?.error;
    before = now;
  }
}

/** @returns why it is no whole model, if it is none */
async function takeFolder(
  { name, path, step }: WatchedFolder,
  { run, request, tell }: Pick<Taking, 'run' | 'request' | 'tell'>,
  place: Place,
  sideWork: SideWork,
): Promise<KnownError | undefined> {
  try {
    const model = await storeModel(place.store, path, [request.generation.template.kind]);
    await addCheckpoint(place, run, { step, model, evaluation: request }, sideWork);
    tell(
      { event: 'checkpoint', step, model, folder: name },
      `${name} is taken as step ${step}, model ${model}`,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
    const { code, message: detail } = error;
    tell({ event: 'folder-refused', folder: name, code, detail }, `${name} is not taken: ${detail}`);
    return error;
  }
}

function stood({ name, signature }: WatchedFolder, before: readonly WatchedFolder[]): boolean {
  return before.some((earlier) => earlier.name === name && earlier.signature === signature);
}
