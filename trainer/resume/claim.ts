import { randomUUID } from 'node:crypto';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Host, Incarnation } from '#shared/records/runs.ts';
import { keys, parseIncarnation } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';

/** A driver's claim on a run. Drivers before it may still write, but nobody reads what they write. */
export interface Claim {
  readonly run: string;
  readonly incarnation: number;
}

/** Claims the run for a driver on `host` that goes on from `resumesFrom`. */
export async function claim(
  store: ObjectStore,
  run: string,
  { resumesFrom, host }: Pick<Incarnation, 'resumesFrom' | 'host'>,
): Promise<Claim> {
  for (let incarnation = (await highestIncarnation(store, run)) + 1; ; incarnation++) {
    const object = { nonce: randomUUID(), resumesFrom, host };
    if ((await put(store, record.incarnation(run, incarnation), object)) === 'created')
      return { run, incarnation };
  }
}

/**
 * A run goes on bit for bit only where torch, the instruction set and, if it draws, our decoder are those it began with.
 *
 * @throws {KnownError} `host-differs`
 */
export async function assertSameHost(store: ObjectStore, run: string, host: Host): Promise<void> {
  const first = await find(store, record.incarnation(run, 1));
  const was = first && canonicalJson(first.host);
  if (was === undefined || was === canonicalJson(host)) return;
  throw new KnownError(
    'host-differs',
    `Run ${run} began on ${was}, this is ${canonicalJson(host)}: what follows would differ in its last bits. ` +
      'Go on with --inexact, or train anew under another --name.',
  );
}

/** @throws {KnownError} `superseded` once another driver has claimed the run */
export async function assertCurrent(store: ObjectStore, { run, incarnation }: Claim): Promise<void> {
  const later = await store.list(keys.prefix.incarnations(run), {
    startAfter: keys.incarnation(run, incarnation),
    limit: 1,
  });
  if (later.length === 0) return;
  throw new KnownError(
    'superseded',
    `Another driver has taken over run ${run}; this one stops and has lost nothing. Follow the other one.`,
  );
}

async function highestIncarnation(store: ObjectStore, run: string): Promise<number> {
  const last = (await store.list(keys.prefix.incarnations(run))).at(-1);
  return last === undefined ? 0 : parseIncarnation(last);
}
