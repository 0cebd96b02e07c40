import { inParallel } from '../in-parallel.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { stateAt } from './checkpoint-line.ts';
import { keys } from './keys.ts';
import { find, read } from './read.ts';
import { record } from './records.ts';

/** Records that are read at a time. */
const READERS = 16;

/** The blobs that a run has made: its journals, and the weights of its checkpoints and rescues. The base is none of them. */
export async function runBlobs(store: ObjectStore, run: string): Promise<ReadonlySet<string>> {
  const journals = await inParallel(await store.list(keys.prefix.journals(run)), READERS, (key) =>
    read(store, record.journal.at(key)),
  );
  const weights = await inParallel(await runModels(store, run), READERS, (model) => modelBlobs(store, model));
  return new Set([...journals.map(({ blob }) => blob), ...weights.flat()]);
}

/** The models that a run has made: those of its checkpoints and rescues, less its base. */
export async function runModels(store: ObjectStore, run: string): Promise<readonly string[]> {
  const stored = [
    ...(await store.list(keys.prefix.checkpoints(run))),
    ...(await store.list(keys.prefix.rescues(run))),
  ];
  const states = await inParallel(stored, READERS, (key) => read(store, stateAt(key)));
  const base = (await find(store, record.run(run)))?.config['model'];
  return [...new Set(states.map(({ model }) => model))].filter((model) => model !== base);
}

async function modelBlobs(store: ObjectStore, model: string): Promise<readonly string[]> {
  const manifest = await find(store, record.model(model));
  return Object.values(manifest?.files ?? {}).map(({ sha256 }) => sha256);
}
