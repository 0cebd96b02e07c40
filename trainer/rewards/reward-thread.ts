import { Worker } from 'node:worker_threads';
import { KnownError, messageOf } from '#shared/errors.ts';
import { MOST_REWARD } from '../settings/most-reward.ts';
import type { ModuleReply, RewardInput } from './reward-messages.ts';

/** A reply, or how the thread was lost. */
type Outcome = ModuleReply | { readonly kind: 'late' } | { readonly kind: 'gone'; readonly why: string };

/** Tries of one completion whose thread is lost under it. */
const TRIES = 2;
/** Deadlines that loading may take: it happens once a thread, and reads files. */
const LOADING = 10;
/** What it may take at least: a busy machine is slow to start threads, however quick the reward is. */
const LEAST_LOADING_MS = 5000;

export interface ModuleSettings {
  /** File of the user's module. */
  readonly path: string;
  readonly deadlineMs: number;
}

/**
 * One thread with a user's module, for one input at a time. A thread that dies or passes the deadline is replaced and
 * the input tried once more: after that it is an error, since no reward may depend on a clock.
 */
export class RewardThread {
  readonly #settings: ModuleSettings;
  #worker: Worker | undefined;

  constructor(settings: ModuleSettings) {
    this.#settings = settings;
  }

  /** Loads the module. @throws {KnownError} `reward-module-invalid` */
  async load(): Promise<void> {
    if (this.#worker) return;
    // Whatever the module prints goes to standard error: standard output is the driver's protocol.
    const worker = new Worker(entry(), { workerData: this.#settings, stdout: true });
    worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    worker.on('error', () => {}); // every wait hears of it through `exit` or its own listener
    this.#worker = worker;
    const deadlineMs = Math.max(LEAST_LOADING_MS, LOADING * this.#settings.deadlineMs);
    const outcome = await this.#outcome(worker, deadlineMs, () => {});
    if (outcome.kind === 'ready') return;
    await this.end();
    throw new KnownError(
      'reward-module-invalid',
      `The reward module cannot be used: ${lossOf(outcome, deadlineMs)}. It must be one file that ` +
        'exports reward({ prompt, completion, answer, example }) and imports nothing but node: modules.',
    );
  }

  /**
   * @param name - of the completion, for errors
   * @throws {KnownError} `reward-failed` where the module throws, `reward-not-a-number`, `reward-too-large`, `reward-timeout`, `reward-crashed`
   */
  async score(input: RewardInput, name: string): Promise<number> {
    let outcome: Outcome | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      await this.load();
      outcome = await this.#ask(input);
      if (outcome.kind !== 'late' && outcome.kind !== 'gone') break;
      await this.end();
    }
    if (outcome?.kind === 'reward') return outcome.value;
    throw failure(outcome as Outcome, name, this.#settings.deadlineMs);
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #ask(input: RewardInput): Promise<Outcome> {
    const worker = this.#worker as Worker; // loaded
    return this.#outcome(worker, this.#settings.deadlineMs, () => worker.postMessage(input));
  }

  #outcome(worker: Worker, deadlineMs: number, start: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'late' }), deadlineMs);
      const onMessage = (reply: ModuleReply) => settle(reply);
      const onError = (error: unknown) => settle({ kind: 'gone', why: messageOf(error) });
      const onExit = (code: number) => settle({ kind: 'gone', why: `exit code ${code}` });
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
        resolve(outcome);
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      start();
    });
  }
}

/** The package holds this code and the thread's as JavaScript, beside each other. */
function entry(): URL {
  const file = import.meta.url.endsWith('.ts') ? './reward-worker.ts' : './reward-worker.js';
  return new URL(file, import.meta.url);
}

function lossOf(outcome: Outcome, deadlineMs: number): string {
  if (outcome.kind === 'late') return `it took more than ${deadlineMs} ms to load`;
  return 'why' in outcome ? outcome.why : outcome.kind;
}

function failure(outcome: Outcome, name: string, deadlineMs: number): KnownError {
  switch (outcome.kind) {
    case 'late':
      return new KnownError(
        'reward-timeout',
        `The reward of ${name} took more than ${deadlineMs} ms, twice. Make it faster, or raise reward.deadlineMs.`,
      );
    case 'gone':
      return new KnownError(
        'reward-crashed',
        `The reward module ended its thread, twice, on ${name}: ${outcome.why}.`,
      );
    case 'no-number':
      return new KnownError(
        'reward-not-a-number',
        `The reward of ${name} is ${outcome.shown}. A reward is a finite number for every completion.`,
      );
    case 'too-large':
      return new KnownError(
        'reward-too-large',
        `The reward of ${name} is ${outcome.value}. Rewards lie between −${MOST_REWARD} and ${MOST_REWARD}: scale them down.`,
      );
    case 'threw':
      return new KnownError('reward-failed', `The reward module threw on ${name}: ${outcome.why}`);
    default:
      return new KnownError(
        'reward-failed',
        `The thread of the reward module said ${outcome.kind} on ${name}.`,
      );
  }
}
