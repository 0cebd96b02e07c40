import { inParallel } from '../in-parallel.ts';
import type { ReadableStore } from '../ports/object-store.ts';
import { stateAt } from './checkpoint-line.ts';
import { keys, parseCheckpoint } from './keys.ts';
import { find } from './read.ts';
import { record } from './records.ts';

/** Who names a model: a run, as what it is to it, or an evaluation. */
export type ModelUser =
  | { readonly kind: 'base' | 'fork'; readonly run: string }
  | { readonly kind: 'checkpoint'; readonly run: string; readonly step: number }
  | { readonly kind: 'evaluation'; readonly evaluation: string };

/** Records that are read at a time. */
const READERS = 16;

/** Reads what never changes once it is there, or has it from before under this name. */
type Remember = <T>(name: string, read: () => Promise<T | undefined>) => Promise<T | undefined>;

/** Who names each model, by its digest; runs before evaluations. */
export async function modelUsers(
  store: ReadableStore,
  remember: Remember = (_, read) => read(),
): Promise<ReadonlyMap<string, readonly ModelUser[]>> {
  const users = new Map<string, ModelUser[]>();
  const enter = (model: unknown, user: ModelUser) => {
    if (typeof model === 'string') users.set(model, [...(users.get(model) ?? []), user]);
  };
  await inParallel(await namesBelow(store, keys.prefix.runs), READERS, (run) =>
    ofRun(run, enter, { store, remember }),
  );
  await inParallel(await namesBelow(store, keys.prefix.evaluations), READERS, async (evaluation) => {
    const request = record.evaluationRequest(evaluation);
    const model = await remember(request.key, async () => (await find(store, request))?.generation.model);
    enter(model, { kind: 'evaluation', evaluation });
  });
  return users;
}

/** The names right below a prefix: of runs below `runs/`. */
export async function namesBelow(
  store: Pick<ReadableStore, 'list'>,
  prefix: string,
): Promise<readonly string[]> {
  const folded = await store.list(prefix, { delimiter: '/' });
  return folded.filter((entry) => entry.endsWith('/')).map((entry) => entry.slice(prefix.length, -1));
}

async function ofRun(
  run: string,
  enter: (model: unknown, user: ModelUser) => void,
  { store, remember }: { readonly store: ReadableStore; readonly remember: Remember },
): Promise<void> {
  const begun = await remember(record.run(run).key, () => modelsOfRun(store, run));
  enter(begun?.base, { kind: 'base', run });
  enter(begun?.fork, { kind: 'fork', run });
  for (const prefix of [keys.prefix.checkpoints(run), keys.prefix.rescues(run)]) {
    for (const key of await store.list(prefix)) {
      const model = await remember(key, async () => (await find(store, stateAt(key)))?.model);
      enter(model, { kind: 'checkpoint', run, step: parseCheckpoint(key).step });
    }
  }
}

async function modelsOfRun(
  store: ReadableStore,
  run: string,
): Promise<{ readonly base: unknown; readonly fork: unknown } | undefined> {
  const config = (await find(store, record.run(run)))?.config;
  // A part of a config, of which only the trainer has a schema.
  const fork = config?.['fork'] as { readonly model?: unknown } | null | undefined;
  return config && { base: config['model'], fork: fork?.model };
}

/** Such as `r@20`, `base of run r`. */
export function userText(user: ModelUser): string {
  switch (user.kind) {
    case 'base':
      return `base of run ${user.run}`;
    case 'fork':
      return `beginning of run ${user.run}`;
    case 'checkpoint':
      return `${user.run}@${user.step}`;
    case 'evaluation':
      return `evaluation ${user.evaluation}`;
    default:
      return user satisfies never;
  }
}
