/**
 * A step's rollouts in the store, whole and exact, put before any gradient of the step: a driver that goes on
 * reads them back (`replay.ts`) instead of sampling again, so that a run takes the same way however often it
 * is killed.
 */
import { sha256OfMany } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';
import { Journal, JournalRef, Step } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { keys } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject, parseObject } from '#shared/storage/read-object.ts';
import type { Claim } from '../resume/claim.ts';
import type { Rollout } from '../rollouts/rollout.ts';
import { journalBytes } from './journal-bytes.ts';
import { fromRecord } from './rollout-record.ts';

/** The rollouts of a step with the blob of the journal that holds them. */
export interface Journalled {
  readonly blob: string;
  readonly rollouts: readonly Rollout[];
}

/** A journal that was read back, and which driver stored it. */
export interface FoundJournal extends Journalled {
  readonly incarnation: number;
}

/** A body that came out wrong once may have been read badly. */
const READS = 2;

/** A step cannot be replayed as it was. */
export class JournalDamagedError extends KnownError {
  /** Incarnation of the driver whose journal it is. */
  readonly incarnation: number;
  readonly why: string;

  constructor(run: string, step: number, incarnation: number, why: string) {
    super(
      'journal-damaged',
      `Run ${run} cannot replay step ${step}: ${why} Put the object back from a copy of the store and run again; or ` +
        'go on with --resample: that step and those after it are sampled again, which gives another trajectory where ' +
        'sampling is not exact.',
    );
    this.incarnation = incarnation;
    this.why = why;
  }
}

/** Stores the rollouts of a step. Nothing may touch a gradient of that step before this has answered. */
export async function putJournal(
  store: ObjectStore,
  { run, incarnation }: Claim,
  step: number,
  rollouts: readonly Rollout[],
): Promise<string> {
  const blob = await putWholeBlob(store, journalBytes(step, rollouts));
  await putObject(store, keys.journal({ run, incarnation, step }), { schemaVersion: 1, blob });
  return blob;
}

/**
 * The rollouts of a step that this driver or one before it has stored; the latest driver's, if several have. A step
 * that is replayed reads them back instead of sampling again.
 *
 * @param from - the earliest driver that counts
 * @throws {JournalDamagedError}
 */
export async function findJournal(
  store: ObjectStore,
  claim: Claim,
  step: number,
  from = 1,
): Promise<FoundJournal | undefined> {
  const found = await findBlob(store, claim, step, from);
  if (!found) return undefined;
  const { blob, incarnation } = found;
  return orDamaged(claim.run, step, incarnation, async () => {
    const { rollouts } = parseObject(keys.blob(blob), await readWholeBlob(store, blob), Journal);
    return { blob, incarnation, rollouts: rollouts.map(fromRecord) };
  });
}

/** Where the journal of a step is; where nothing refers to it any more, what the step itself says. */
async function findBlob(
  store: ObjectStore,
  { run, incarnation }: Claim,
  step: number,
  from: number,
): Promise<Omit<FoundJournal, 'rollouts'> | undefined> {
  for (let earlier = incarnation; earlier >= from; earlier--) {
    const key = keys.journal({ run, incarnation: earlier, step });
    const read = () => findObject(store, key, JournalRef);
    const ref = await read().catch(async (error: unknown) => {
      const blob = isDamage(error) && (await blobOfStep(store, { run, incarnation }, step, from));
      return blob ? { blob } : orDamaged(run, step, earlier, read);
    });
    if (ref) return { blob: ref.blob, incarnation: earlier };
  }
  const blob = await blobOfStep(store, { run, incarnation }, step, from);
  return blob === undefined ? undefined : { blob, incarnation: from };
}

async function blobOfStep(
  store: ObjectStore,
  { run, incarnation }: Claim,
  step: number,
  from: number,
): Promise<string | undefined> {
  for (let earlier = incarnation; earlier >= from; earlier--) {
    const done = await findObject(store, keys.step({ run, incarnation: earlier, step }), Step);
    if (done) return done.journal;
  }
  return undefined;
}

async function orDamaged<T>(
  run: string,
  step: number,
  incarnation: number,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isDamage(error)) throw new JournalDamagedError(run, step, incarnation, error.message);
    throw error;
  }
}

/** @throws {KnownError} `object-missing`, `checksum-wrong` */
async function readWholeBlob(store: ObjectStore, sha256: string): Promise<Uint8Array> {
  for (let reads = 0; reads < READS; reads++) {
    const body = await store.get(keys.blob(sha256));
    if (!body) throw new KnownError('object-missing', `The store has no object ${keys.blob(sha256)}.`);
    if ((await sha256OfMany(body)) === sha256) return body;
  }
  throw new KnownError('checksum-wrong', `The stored object ${keys.blob(sha256)} has another sha256.`);
}

/**
 * Stores the bytes of a journal. Where the object that has their name is damaged, as that of a step which is sampled
 * again to the same bytes may be, a space is put behind them, since no blob is ever replaced.
 */
async function putWholeBlob(store: ObjectStore, body: Uint8Array): Promise<string> {
  for (let bytes = body; ; bytes = Buffer.concat([bytes, Buffer.from(' ')])) {
    const sha256 = await sha256OfMany(bytes);
    if ((await store.putOnce(keys.blob(sha256), bytes)) === 'created') return sha256;
    const whole = await readWholeBlob(store, sha256).catch((error: unknown) => {
      if (isDamage(error)) return undefined;
      throw error;
    });
    if (whole) return sha256;
  }
}
