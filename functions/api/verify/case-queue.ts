import { KnownError } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Judges } from './judges.ts';
import type { VerifyCase, VerifyResult } from './verify-case.ts';

/** Cases that one judge is handed at once: few, so that everybody's turn comes soon. */
const CASES_A_TURN = 8;
/** Most cases of one client that wait, over all its requests: four of the largest. */
const MOST_CASES = 4000;

/**
 * Everything that a process has to judge. Clients take turns, and so do the requests of each, so that none waits for
 * all of another's; what nobody waits for any more is dropped.
 */
export class CaseQueue {
  readonly #judges: Judges;
  /** Requests by client, in the order of their turns. */
  readonly #lines = new Map<string, Job[]>();
  #free: number;

  constructor(judges: Judges) {
    this.#judges = judges;
    this.#free = judges.count;
  }

  /**
   * Judges cases, the results in their order.
   *
   * @param gone - aborted when the client is
   * @throws {KnownError} `too-many-cases`, `cases-too-hard`; or the reason that `gone` was aborted for
   */
  async judge(
    cases: readonly VerifyCase[],
    client: string,
    gone: AbortSignal,
  ): Promise<readonly VerifyResult[]> {
    gone.throwIfAborted();
    const job = new Job(cases);
    this.#enter(client, job);
    const end = () => job.fail(gone.reason);
    gone.addEventListener('abort', end, { once: true });
    const { patienceMs } = this.#judges;
    const timer = setTimeout(() => job.fail(tooHard(cases.length, patienceMs)), patienceMs);
    try {
      this.#handOut();
      return await job.judged;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      this.#leave(client, job);
    }
  }

  #enter(client: string, job: Job): void {
    const line = this.#lines.get(client) ?? [];
    const waiting = sum(line.map(({ open }) => open));
    if (waiting + job.open > MOST_CASES) {
      throw new KnownError(
        'too-many-cases',
        `${waiting} cases of this token wait for a verdict; with these ${job.open} it would be more than ` +
          `${MOST_CASES}. Wait for answers, then ask again.`,
      );
    }
    this.#lines.set(client, [...line, job]);
  }

  #leave(client: string, job: Job): void {
    const line = (this.#lines.get(client) ?? []).filter((each) => each !== job);
    if (line.length > 0) this.#lines.set(client, line);
    else this.#lines.delete(client);
  }

  #handOut(): void {
    for (let job = this.#next(); job !== undefined; job = this.#next()) void this.#workOn(job);
  }

  async #workOn(job: Job): Promise<void> {
    this.#free -= 1;
    await job.work(CASES_A_TURN, this.#judges);
    this.#free += 1;
    this.#handOut();
  }

  /** Whose turn it is, if somebody is free for it; then it goes to the end of its line, and that behind the others. */
  #next(): Job | undefined {
    if (this.#free === 0) return undefined;
    for (const [client, line] of this.#lines) {
      const job = line.find(({ untouched }) => untouched > 0);
      if (!job) continue;
      this.#lines.delete(client);
      this.#lines.set(client, [...line.filter((each) => each !== job), job]);
      return job;
    }
    return undefined;
  }
}

/** The cases of one request. */
class Job {
  readonly #cases: readonly VerifyCase[];
  readonly #results: VerifyResult[] = [];
  readonly #answer = Promise.withResolvers<readonly VerifyResult[]>();
  readonly #over = new AbortController();
  #handedOut = 0;
  /** How many have no verdict yet. */
  open: number;

  constructor(cases: readonly VerifyCase[]) {
    this.#cases = cases;
    this.open = cases.length;
  }

  get judged(): Promise<readonly VerifyResult[]> {
    return this.#answer.promise;
  }

  /** How many nobody works on yet; none once it is over. */
  get untouched(): number {
    return this.#over.signal.aborted ? 0 : this.#cases.length - this.#handedOut;
  }

  /** Has the next cases judged. Never rejects. */
  async work(most: number, { judge }: Judges): Promise<void> {
    const first = this.#handedOut;
    const cases = this.#cases.slice(first, first + most);
    this.#handedOut += cases.length;
    try {
      for (const [index, result] of (await judge(cases, this.#over.signal)).entries()) {
        this.#results[first + index] = result;
      }
      this.open -= cases.length;
      if (this.open === 0) this.#answer.resolve(this.#results);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(reason: unknown): void {
    this.#answer.reject(reason);
    this.#over.abort();
  }
}

function tooHard(cases: number, patienceMs: number): KnownError {
  return new KnownError(
    'cases-too-hard',
    `Judging these ${cases} cases took longer than ${patienceMs / 1000} s. Send fewer at a time, or run ` +
      '`oneshot verify --batch` where they are.',
  );
}
