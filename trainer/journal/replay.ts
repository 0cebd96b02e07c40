import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys, parseStep, type StepRef } from '#shared/storage/keys.ts';
import type { Claim } from '../resume/claim.ts';
import { findJournal, JournalDamagedError, type Journalled } from './journal.ts';

export interface ReplayOptions {
  /** Sample a step again whose journal is gone or damaged. */
  readonly resample: boolean;
  readonly onResample: (step: number, why: string) => void;
}

/**
 * Reads back, step by step, what drivers have journalled. Steps after one that was sampled again belong to the
 * trajectory that it gave up: journals of drivers before that are not read any more.
 */
export class Replay {
  readonly #store: ObjectStore;
  readonly #claim: Claim;
  readonly #options: ReplayOptions;
  readonly #known: readonly StepRef[];
  /** The earliest driver whose journals count. */
  #from = 1;

  private constructor(store: ObjectStore, claim: Claim, known: readonly StepRef[], options: ReplayOptions) {
    this.#store = store;
    this.#claim = claim;
    this.#known = known;
    this.#options = options;
  }

  /** @param step - the last one that is not replayed */
  static async after(
    step: number,
    store: ObjectStore,
    claim: Claim,
    options: ReplayOptions,
  ): Promise<Replay> {
    const stored = [
      ...(await store.list(keys.prefix.journals(claim.run))),
      ...(await store.list(keys.prefix.allSteps(claim.run))),
    ];
    const replay = new Replay(store, claim, stored.map(parseStep), options);
    const drivers = stored
      .filter((key) => key.startsWith(keys.prefix.journals(claim.run)))
      .map(parseStep)
      .filter((journal) => journal.step === step && journal.incarnation <= claim.incarnation);
    replay.#from = Math.max(1, ...drivers.map(({ incarnation }) => incarnation));
    return replay;
  }

  /** The journal of the next step, if there is one. @throws {JournalDamagedError} */
  async find(step: number): Promise<Journalled | undefined> {
    if (!this.#isKnown(step)) return undefined;
    try {
      const found = await findJournal(this.#store, this.#claim, step, this.#from);
      if (!found) throw this.#missing(step);
      this.#from = found.incarnation;
      return found;
    } catch (error) {
      if (!(error instanceof JournalDamagedError) || !this.#mayResample(error)) throw error;
      this.#options.onResample(step, error.why);
      this.#from = this.#claim.incarnation;
      return undefined;
    }
  }

  /** Whether a driver has done this step or one after it. */
  #isKnown(step: number): boolean {
    const { incarnation: own } = this.#claim;
    return this.#known.some(
      (done) => done.step >= step && done.incarnation >= this.#from && done.incarnation <= own,
    );
  }

  /** This driver's own journal cannot be replaced: the next one's can. */
  #mayResample({ incarnation }: JournalDamagedError): boolean {
    return this.#options.resample && incarnation < this.#claim.incarnation;
  }

  #missing(step: number): JournalDamagedError {
    return new JournalDamagedError(this.#claim.run, step, this.#from, 'its journal is gone.');
  }
}
