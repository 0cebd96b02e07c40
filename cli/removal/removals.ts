import { Discards } from '#shared/adapters/local/discard.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys, parseCheckpoint, parseFork } from '#shared/storage/keys.ts';
import { type ModelUser, modelUsers, namesBelow, userText } from '#shared/storage/model-users.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { runModels } from '#shared/storage/run-blobs.ts';
import { runsAtWork } from '#trainer/driver/scratch-folder.ts';
import { hasCheckpoint } from '#trainer/resume/fork-pins.ts';
import { evaluationUsers } from './evaluation-users.ts';

/** Something that has a name in a home. */
export interface Named {
  readonly kind: 'run' | 'evaluation' | 'model';
  readonly name: string;
}

type Home = Pick<Workspace, 'home' | 'store'>;

/** What a name means. @throws {KnownError} `name-unknown` */
export async function namedThing(store: ObjectStore, name: string): Promise<Named> {
  if (await find(store, record.run(name))) return { kind: 'run', name };
  if (await find(store, record.evaluationRequest(name))) return { kind: 'evaluation', name };
  if (await find(store, record.model(name))) return { kind: 'model', name };
  const advice = '"oneshot runs", "evaluations" and "models" list those there are.';
  throw new KnownError('name-unknown', `There is no run, evaluation or model ${name} here. ${advice}`);
}

/** Removes something; what it held is freed by `collect`. @throws {KnownError} `in-use`, naming by what */
export function remove(home: Home, { kind, name }: Named): Promise<void> {
  switch (kind) {
    case 'run':
      return removeRun(home, name);
    case 'evaluation':
      return removeEvaluation(home, name);
    case 'model':
      return removeModel(home, name);
    default:
      return kind satisfies never;
  }
}

/**
 * Removes a run with the evaluations that only its checkpoints ask for, the models that only it has made and the
 * evaluations of these. The run itself
 * goes first and at once: whatever a crash leaves is found by `collect`, or is removed by its own name.
 */
async function removeRun({ home, store }: Home, run: string): Promise<void> {
  const driver = (await runsAtWork(home)).get(run);
  if (driver !== undefined)
    throw inUse(`A driver (process ${driver}) is at work on run ${run}: stop it first.`);
  await assertUnforked(store, run);
  const others = (await namesBelow(store, keys.prefix.runs)).filter((other) => other !== run);
  const shared = await evaluationUsers(store, others);
  const asked = [...(await unlessDamaged(evaluationUsers(store, [run]), new Map())).keys()];
  const { models, judged } = await unlessDamaged(ownModels(store, run), { models: [], judged: [] });
  const evaluations = [...new Set([...asked, ...judged])].filter((evaluation) => !shared.has(evaluation));
  const origin = await originOf(store, run);
  const discards = new Discards(home);
  await discards.folder(keys.prefix.run(run));
  await discards.folder(keys.prefix.states(run));
  await discards.folder(keys.prefix.stepTelemetry(run));
  await discards.folder(keys.prefix.pendingRun(run));
  if (origin !== undefined) take(discards, keys.fork(parseCheckpoint(origin), run));
  await takeEntries(store, discards, keys.prefix.runEntries, run);
  for (const evaluation of evaluations) await takeEvaluation(store, discards, evaluation);
  for (const model of models) await takeModel(discards, model);
}

/** The models that a run has made and that no other run names, and the evaluations of them, whoever asked. */
async function ownModels(
  store: ObjectStore,
  run: string,
): Promise<{ readonly models: readonly string[]; readonly judged: readonly string[] }> {
  const users = await modelUsers(store);
  const isOthers = (user: ModelUser) => user.kind !== 'evaluation' && user.run !== run;
  const models = (await runModels(store, run)).filter((model) => !(users.get(model) ?? []).some(isOthers));
  const judged = models.flatMap((model) =>
    (users.get(model) ?? []).flatMap((user) => (user.kind === 'evaluation' ? [user.evaluation] : [])),
  );
  return { models, judged };
}

/** What a damaged run names cannot all be known: it can be removed all the same. */
async function unlessDamaged<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isDamage(error)) return otherwise;
    throw error;
  }
}

/** The checkpoint that a run begins with, where it is a fork. */
async function originOf(store: ObjectStore, run: string): Promise<string | undefined> {
  // A part of a config, of which only the trainer has a schema.
  const fork = (await find(store, record.run(run)))?.config['fork'] as
    | { checkpoint?: unknown }
    | null
    | undefined;
  return typeof fork?.checkpoint === 'string' ? fork.checkpoint : undefined;
}

/** @throws {KnownError} `in-use` where a run has yet to begin with a checkpoint of this one */
async function assertUnforked(store: ObjectStore, run: string): Promise<void> {
  for (const { child, step } of (await store.list(keys.prefix.forks(run))).map(parseFork)) {
    if ((await hasCheckpoint(store, child)) || !(await find(store, record.run(child)))) continue;
    const message = `The run ${child} has yet to begin with the checkpoint of step ${step} of run ${run}.`;
    throw inUse(`${message} Train ${child} to a checkpoint of its own, or remove it first.`);
  }
}

async function removeEvaluation({ home, store }: Home, evaluation: string): Promise<void> {
  const user = (await evaluationUsers(store, await namesBelow(store, keys.prefix.runs))).get(evaluation);
  if (user) {
    const message = `The evaluation ${evaluation} is that of ${user.run}@${user.step}`;
    throw inUse(`${message}, and goes with the run: oneshot rm ${user.run}.`);
  }
  await takeEvaluation(store, new Discards(home), evaluation);
}

async function takeEvaluation(store: ObjectStore, discards: Discards, evaluation: string): Promise<void> {
  await discards.folder(keys.prefix.pendingRounds(evaluation));
  await discards.folder(keys.prefix.evaluation(evaluation));
  await discards.folder(keys.prefix.shardTelemetry(evaluation));
  await takeEntries(store, discards, keys.prefix.evaluationEntries, evaluation);
  await takeEntries(store, discards, keys.prefix.allGenerationEntries, evaluation);
}

async function removeModel({ home, store }: Home, model: string): Promise<void> {
  const users = (await modelUsers(store)).get(model) ?? [];
  if (users.length > 0) {
    const named = users.slice(0, 3).map(userText).join(', ');
    const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
    throw inUse(`The model ${model} is needed: ${named}${more}. Remove those first.`);
  }
  await takeModel(new Discards(home), model);
}

async function takeModel(discards: Discards, model: string): Promise<void> {
  take(discards, keys.model(model));
  await discards.folder(keys.prefix.origins(model));
  await discards.folder(keys.prefix.rounded(model));
}

/** The entries of a listing that lead to a name. */
async function takeEntries(
  store: ObjectStore,
  discards: Discards,
  prefix: string,
  name: string,
): Promise<void> {
  const entries = (await store.list(prefix)).filter(
    (key) => key.slice(prefix.length).replace(/^(?:\d+-|[^/]+\/)/, '') === name,
  );
  for (const key of entries) take(discards, key);
}

function take(discards: Discards, key: string): void {
  discards.object(key, Number.POSITIVE_INFINITY);
}

function inUse(message: string): KnownError {
  return new KnownError('in-use', message);
}
