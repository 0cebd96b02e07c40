import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ModelCache, modelCache } from '#functions/generate/policy/model-cache.ts';
import { roundedModels } from '#functions/generate/policy/rounded-models.ts';
import type { LoadKind } from '#functions/generate/sampler.ts';
import { pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { loadDecoder } from '#shared/inference/decoder.ts';
import { quantisedFile, roundingName } from '#shared/inference/quantise/rounding.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../../ports/memory-store.ts';
import { microcosm, writeRandomModel } from '../../../shared/inference/random-model.ts';
import { ForwardingStore } from '../../scheduler/forwarding-store.ts';

const golden = new URL('../../../golden/inference/tokenizer', import.meta.url).pathname;
const precision = 'int8';
const rounding = roundingName(precision);
const file = quantisedFile(precision);

let home: string;
let store: MemoryStore;
let model: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-rounded-'));
  store = new MemoryStore();
  const source = await writeRandomModel({ ...microcosm, layers: 1 });
  await cp(join(golden, 'tokenizer.json'), join(source, 'tokenizer.json'));
  model = await pushModelFolder(store, source);
  await rm(source, { recursive: true });
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Notes what is read, and may refuse or change it. */
class WatchedStore extends ForwardingStore {
  readonly fetched: string[] = [];
  refusePuts = false;
  cutRounded = false;
  /** What happens elsewhere before a file is put. */
  beforePut = async (): Promise<void> => {};

  override async getFile(key: string, path: string): Promise<void> {
    this.fetched.push(key);
    await super.getFile(key, path);
    if (this.cutRounded && key.startsWith(keys.prefix.allRounded)) await writeFile(path, 'cut');
  }

  override async putFile(key: string, path: string): Promise<'created' | 'exists'> {
    if (this.refusePuts) throw new KnownError('service-unavailable', 'The store is away.');
    await this.beforePut();
    return super.putFile(key, path);
  }
}

interface Worker {
  readonly store: WatchedStore;
  readonly cache: ModelCache;
  readonly log: LogEntry[];
  looks: number;
  /** Kinds of work that it told of. */
  readonly loads: LoadKind[];
  /** Looks no second time before the file is named. */
  isPatient: boolean;
  open(): Promise<string>;
}

/** A worker with a disk of its own, for which time passes at once. */
async function newWorker(shared: ObjectStore = store): Promise<Worker> {
  const watched = new WatchedStore(shared);
  const folder = await mkdtemp(join(home, 'cache-'));
  const cache = modelCache({ store: watched, folder, maxBytes: 1e9, keepMs: 0, clock: { now: Date.now } });
  const worker: Worker = {
    store: watched,
    cache,
    log: [],
    looks: 0,
    loads: [],
    isPatient: false,
    open: () => fetchRounded({ model, precision }, (kind) => worker.loads.push(kind)),
  };
  const pause = async (ms: number) => {
    worker.looks += 1;
    while (worker.isPatient && !(await store.get(keys.rounded(model, rounding)))) await setImmediate();
    await new Promise((resolve) => setTimeout(resolve, ms === 2000 ? 0 : ms).unref());
  };
  const fetchRounded = roundedModels({
    store: watched,
    cache,
    pause,
    log: (entry) => worker.log.push(entry),
  });
  return worker;
}

const isWeights = (key: string) => key.startsWith(keys.prefix.blobs);
const claims = () => store.list(keys.prefix.roundingClaims(model, rounding));
const bytesIn = (folder: string) => readFile(join(folder, file));

describe('roundedModels', () => {
  it('has one worker make the file, and others fetch it without the weights', async () => {
    const [first, second] = [await newWorker(), await newWorker()];
    const made = await first.open();
    const fetched = await second.open();
    expect(await bytesIn(fetched)).toEqual(await bytesIn(made));
    expect((await readdir(fetched)).sort()).toEqual(['config.json', file, 'tokenizer.json']);
    const { files } = await read(store, record.model(model));
    expect(second.store.fetched).not.toContain(keys.blob(files['model.safetensors']?.sha256 ?? ''));
    expect(second.store.fetched.filter(isWeights)).toHaveLength(2);
    expect([first.loads, second.loads]).toEqual([['fetch', 'round', 'round'], ['fetch']]);
    const decoder = await loadDecoder(fetched, { threads: 1, precision });
    expect((await decoder.prefill([[1, 2]])).logits.length).toBe(microcosm.vocabulary);
    await decoder.release();
  });

  it('has it made once by many workers that begin together', async () => {
    const workers = await Promise.all(Array.from({ length: 5 }, () => newWorker()));
    for (const worker of workers) worker.isPatient = true;
    const folders = await Promise.all(workers.map((worker) => worker.open()));
    const [first, ...others] = await Promise.all(folders.map(bytesIn));
    for (const other of others) expect(other).toEqual(first);
    const { files } = await read(store, record.model(model));
    const weights = keys.blob(files['model.safetensors']?.sha256 ?? '');
    const makers = workers.filter(({ store: { fetched } }) => fetched.includes(weights));
    expect(makers).toHaveLength(1);
  });

  it('waits for a claimant, and makes the file itself when that one is silent for long', async () => {
    await put(store, record.roundingClaim(model, rounding, 0), {});
    const worker = await newWorker();
    await worker.open();
    expect(worker.looks).toBeGreaterThan(20);
    expect(new Set(worker.loads)).toEqual(new Set(['wait', 'fetch', 'round']));
    expect((await claims()).length).toBe(2);
  });

  it('goes on after a worker that was killed between the file and its name', async () => {
    const first = await newWorker();
    await first.open();
    const whole = new MemoryStore();
    for (const key of await store.list(''))
      if (key !== keys.rounded(model, rounding))
        await whole.putOnce(key, (await store.get(key)) as Uint8Array);
    store = whole;
    const second = await newWorker();
    await second.open();
    expect(await read(store, record.rounded(model, rounding))).toBeDefined();
  });

  it('makes the file for itself where the stored one is damaged, and says so', async () => {
    const whole = await bytesIn(await (await newWorker()).open());
    const worker = await newWorker();
    worker.store.cutRounded = true;
    expect(await bytesIn(await worker.open())).toEqual(whole);
    expect(worker.log).toMatchObject([{ event: 'rounded-damaged', code: 'checksum-wrong' }]);
  });

  it('takes no other file than the one that was named', async () => {
    await put(store, record.rounded(model, rounding), { file: { sha256: 'f'.repeat(64), sizeBytes: 1 } });
    await expect((await newWorker()).open()).rejects.toMatchObject({ code: 'object-missing' });
  });

  it('takes the file that another has named while it made its own', async () => {
    const worker = await newWorker();
    const bytes = new TextEncoder().encode('as another version rounds');
    const sha256 = sha256Hex('as another version rounds');
    worker.store.beforePut = async () => {
      await store.putOnce(keys.roundedFile(model, sha256), bytes);
      await put(store, record.rounded(model, rounding), { file: { sha256, sizeBytes: bytes.length } });
    };
    expect(new Uint8Array(await bytesIn(await worker.open()))).toEqual(bytes);
  });

  it('goes on with its own file where the store takes none', async () => {
    const worker = await newWorker();
    worker.store.refusePuts = true;
    expect(await readdir(await worker.open())).toContain(file);
    expect(worker.log).toMatchObject([{ event: 'rounded-not-stored', code: 'service-unavailable' }]);
    expect(await store.get(keys.rounded(model, rounding))).toBeUndefined();
  });

  it('says that a model is missing', async () => {
    model = 'a'.repeat(26);
    await expect((await newWorker()).open()).rejects.toMatchObject({ code: 'model-missing' });
  });
});
