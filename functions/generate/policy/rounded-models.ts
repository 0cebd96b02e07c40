import { join } from 'node:path';
import { pushRounded, type RoundedName } from '#shared/adapters/local/model-folder.ts';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';
import { KnownError } from '#shared/errors.ts';
import { ensureQuantised } from '#shared/inference/quantise/quantised-weights.ts';
import { quantisedFile, roundingName } from '#shared/inference/quantise/rounding.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { RoundedModel } from '#shared/records/models.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type OnLoad, toldLoad } from '../sampler.ts';
import type { ModelCache } from './model-cache.ts';
import { LOOK_MS, RENEW_MS, RoundingClaims } from './rounding-claims.ts';

export interface RoundedModelsPorts {
  readonly store: ObjectStore;
  readonly cache: ModelCache;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly log: (entry: LogEntry) => void;
}

interface RoundedModelsOptions extends RoundedModelsPorts {
  readonly onLoad: OnLoad;
}

/**
 * Folders of models in less bits for workers that share a store: one of them fetches the model, rounds it and stores the file;
 * the others wait for it, and fetch that file alone. Where a stored file is damaged a worker makes it for itself, and takes it
 * only if it is the one that was named.
 *
 * @returns a folder that `loadDecoder` opens
 * @throws {KnownError} from what it gives back: as `ModelCache` and `ensureQuantised` do
 */
export function roundedModels(
  ports: RoundedModelsPorts,
): (name: RoundedName, onLoad: OnLoad) => Promise<string> {
  const { store, pause } = ports;
  return async (name, onLoad) => {
    const options = { ...ports, onLoad };
    const claims = new RoundingClaims(store, name);
    const named = record.rounded(name.model, roundingName(name.precision));
    for (;;) {
      const stored = await find(store, named);
      if (stored) return open(name, stored, options);
      if (await claims.take()) return whileRenewing(claims, makeForAll(name, options), pause);
      await toldLoad('wait', onLoad, () => pause(LOOK_MS));
    }
  };
}

async function open(name: RoundedName, stored: RoundedModel, options: RoundedModelsOptions): Promise<string> {
  try {
    return await toldLoad('fetch', options.onLoad, () => options.cache.rounded(name, stored));
  } catch (error) {
    if (!isDamage(error)) throw error;
    tell('rounded-damaged', name, error, options);
    const folder = await make(name, options);
    const sha256 = await sha256OfFile(join(folder, quantisedFile(name.precision)));
    if (sha256 === stored.file.sha256) return folder;
    throw error;
  }
}

async function makeForAll(name: RoundedName, options: RoundedModelsOptions): Promise<string> {
  const folder = await make(name, options);
  const { store, cache, onLoad } = options;
  const push = () => pushRounded(store, name, folder);
  const pushed = await toldLoad('round', onLoad, push).catch((error: unknown) => {
    if (!(error instanceof KnownError)) throw error;
    tell('rounded-not-stored', name, error, options); // the next worker makes it again
    return undefined;
  });
  if (!pushed || pushed.isOwn) return folder;
  return toldLoad('fetch', onLoad, () => cache.rounded(name, pushed.named)); // another was first
}

async function make(
  { model, precision }: RoundedName,
  { cache, onLoad }: RoundedModelsOptions,
): Promise<string> {
  const folder = await toldLoad('fetch', onLoad, () => cache.whole(model, true));
  await toldLoad('round', onLoad, () => ensureQuantised(folder, precision));
  return folder;
}

async function whileRenewing<T>(
  claims: RoundingClaims,
  work: Promise<T>,
  pause: RoundedModelsOptions['pause'],
): Promise<T> {
  const ended = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, pause(RENEW_MS).then(() => false)])))
    await claims.renew().catch(() => undefined); // at worst somebody else begins, too
  return work;
}

function tell(
  event: string,
  { model, precision }: RoundedName,
  { code, message }: KnownError,
  { log }: RoundedModelsOptions,
): void {
  log({ level: 'warning', event, model, precision, code, detail: message });
}
