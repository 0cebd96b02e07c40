import type { RoundedName } from '#shared/adapters/local/model-folder.ts';
import { roundingName } from '#shared/inference/quantise/rounding.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseRoundingClaim } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';

/** After so many looks without a new claim whoever made the last one has ended. */
const PATIENCE_LOOKS = 30;
export const LOOK_MS = 2000;
/** Several times within that patience. */
export const RENEW_MS = 15_000;

/**
 * Who rounds a model, so that not every worker does. Claims are numbered and created once, as all objects are: whoever creates
 * the next one is at work, and creates another from time to time. No clock is compared with another's: a claimant has ended when
 * no claim was added while somebody looked for long enough. Claims save work, and nothing else hangs on them.
 */
export class RoundingClaims {
  readonly #store: ObjectStore;
  readonly #model: string;
  readonly #rounding: string;
  #newest = -1;
  #looks = 0;

  constructor(store: ObjectStore, { model, precision }: RoundedName) {
    this.#store = store;
    this.#model = model;
    this.#rounding = roundingName(precision);
  }

  /** Looks whether nobody is at work, and is the one who is then. */
  async take(): Promise<boolean> {
    const claims = await this.#store.list(keys.prefix.roundingClaims(this.#model, this.#rounding));
    const last = claims.at(-1);
    const newest = last === undefined ? -1 : parseRoundingClaim(last);
    this.#looks = newest === this.#newest ? this.#looks + 1 : 0;
    this.#newest = newest;
    if (newest >= 0 && this.#looks < PATIENCE_LOOKS) return false;
    return (await this.renew()) === 'created';
  }

  /** Says that whoever took it is at work. */
  renew(): Promise<'created' | 'exists'> {
    this.#newest += 1;
    return put(this.#store, record.roundingClaim(this.#model, this.#rounding, this.#newest), {});
  }
}
