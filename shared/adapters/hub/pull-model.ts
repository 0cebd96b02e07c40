/**
 * Models of a hub as folders in the cache that Python's tools share. `hub-files.ts` asks what a revision is and which files
 * it has, `wanted-files.ts` says which of them are a policy, `fetch-blob.ts` brings their bytes, `hub-cache.ts` knows where
 * they lie.
 */
import { join } from 'node:path';
import { hasCode, KnownError } from '../../errors.ts';
import { inParallel } from '../../in-parallel.ts';
import { weightFiles } from '../../inference/model-weights.ts';
import { sum } from '../../metrics/sum.ts';
import { assertRoom } from '../disk/free-space.ts';
import { startedBytes } from '../download/part-file.ts';
import type { HubLine } from './ask-hub.ts';
import { type BlobSource, fetchBlob } from './fetch-blob.ts';
import { HubCache } from './hub-cache.ts';
import { findCommit, type HubFile, isCommit, listCommit } from './hub-files.ts';
import type { HubName } from './hub-refusal.ts';
import type { HubSettings } from './hub-settings.ts';
import { likelyWeights, smallFiles, weightsOf } from './wanted-files.ts';

/** Before further tries of what is asked; the files have theirs. */
const PATIENT = { pausesMs: [1000, 3000] };
/** Large files that are fetched at a time. */
const AT_ONCE = 4;

export interface PulledModel {
  readonly commit: string;
  /** As the model's page says; `undefined`: it says nothing, or was not asked. */
  readonly licence: string | undefined;
  /** A Hugging Face folder. */
  readonly folder: string;
}

export interface PullObserver {
  /** How much of what must be fetched has come. */
  onBytes(progress: {
    readonly files: number;
    readonly doneBytes: number;
    readonly totalBytes: number;
  }): void;
  /** The hub cannot be asked, and what the cache holds is taken instead. */
  onAway(reason: KnownError, commit: string): void;
}

/**
 * Makes sure that the files of a model are in the cache: config, tokenizer, chat template and safetensors. Killed or failed
 * at any point, the next call goes on. A commit that is there whole, and any revision offline, asks nobody.
 *
 * @throws {KnownError} `hub-offline`, `hub-unavailable`, `hub-model-unknown`, `hub-revision-unknown`, `hub-model-gated`,
 *   `hub-answer-invalid`, `hub-cache-unwritable`, `disk-full`, `model-pickled`, `model-invalid`, and as `download` does
 */
export async function pullModel(
  settings: HubSettings,
  name: HubName,
  observer: PullObserver,
  patience: Pick<HubLine, 'pausesMs' | 'patience'> = PATIENT,
): Promise<PulledModel> {
  const cache = new HubCache(settings.cache, name.model);
  const cached = await findCached(cache, name);
  if (settings.isOffline && !cached) throw offline(name, settings);
  if (cached && (settings.isOffline || isCommit(name.revision))) return cached;
  const line = { ...settings, ...patience };
  try {
    const { commit, licence } = await findCommit(line, name);
    await fetchCommit({ line, name, commit }, cache, observer);
    await cache.remember(name, commit);
    return { commit, licence, folder: cache.snapshot(commit) };
  } catch (error) {
    if (!cached || !hasCode(error, 'hub-unavailable')) throw error;
    observer.onAway(error, cached.commit);
    return cached;
  }
}

async function findCached(cache: HubCache, name: HubName): Promise<PulledModel | undefined> {
  const commit = await cache.commitOf(name);
  if (commit === undefined || !(await cache.isWhole(commit))) return undefined;
  return { commit, licence: undefined, folder: cache.snapshot(commit) };
}

function offline({ model, revision }: HubName, { cache }: HubSettings): KnownError {
  return new KnownError(
    'hub-offline',
    `HF_HUB_OFFLINE is set, and ${cache} does not hold the whole of ${model} at ${revision}. Run without it once, or set ` +
      'HF_HUB_CACHE to a cache that holds it.',
  );
}

/** Small files first, in order: a folder that has its weights has everything. */
async function fetchCommit(source: BlobSource, cache: HubCache, observer: PullObserver): Promise<void> {
  const { line, name, commit } = source;
  const files = await listCommit(line, name, commit);
  const small = smallFiles(name.model, files);
  const counted = { files: 0, doneBytes: 0, totalBytes: 0 };
  const bring = async (file: HubFile, signal: AbortSignal) => {
    let bytes = 0;
    const onBytes = (now: number) => {
      counted.doneBytes += now - bytes;
      bytes = now;
      observer.onBytes(counted);
    };
    if (!(await cache.hasBlob(file))) await fetchBlob(source, file, cache.blobs, { onBytes, signal });
    await cache.link(commit, file.path, file.etag);
  };
  const expect = async (batch: readonly HubFile[]) => {
    for (const file of batch) {
      if (await cache.hasBlob(file)) continue;
      counted.files++;
      counted.totalBytes += file.sizeBytes;
    }
  };
  await assertRoom({
    folder: cache.blobs,
    needBytes: await missingBytes([...small, ...likelyWeights(name.model, files)], cache),
    what: `the model ${name.model}`,
    advice: 'set HF_HUB_CACHE to a folder of another disk',
  });
  await cache.prepare(commit);
  await expect(small);
  await inParallel(small, 1, bring);
  const isIndexed = small.some(({ path }) => path.endsWith('.index.json'));
  const shards = isIndexed ? await weightFiles(cache.snapshot(commit)) : [];
  const weights = weightsOf(name.model, files, shards);
  await expect(weights);
  await inParallel(weights, AT_ONCE, bring);
}

/** What of files is not in the cache, nor begun. */
async function missingBytes(files: readonly HubFile[], cache: HubCache): Promise<number> {
  const missing = files.map(async (file) => {
    if (await cache.hasBlob(file)) return 0;
    return Math.max(0, file.sizeBytes - (await startedBytes(join(cache.blobs, file.etag))));
  });
  return sum(await Promise.all(missing));
}
