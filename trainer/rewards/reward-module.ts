import { extname } from 'node:path';
import { KnownError } from '#shared/errors.ts';
import { MOST_REWARD } from '../settings/most-reward.ts';
import type { Outcome, RewardInput, RunningModule } from './reward-messages.ts';
import { startProcess } from './reward-process.ts';
import { startThread } from './reward-thread.ts';

/** Tries of one completion whose module is lost under it. */
const TRIES = 2;
/** Deadlines that loading may take: it happens once, and reads files. */
const LOADING = 10;
/** What it may take at least: a busy machine is slow to start threads, however quick the reward is. */
const LEAST_LOADING_MS = 5000;
/** The same for a Python, which reads what the module imports, torch perhaps. */
const LEAST_PYTHON_MS = 60_000;

export interface ModuleSettings {
  /** File of the user's module. */
  readonly path: string;
  readonly deadlineMs: number;
  /** Interpreter for a module in Python: that of the engine, with its packages. */
  readonly python: string;
}

/**
 * A user's module at work on one input at a time: JavaScript and TypeScript in a thread (`reward-thread.ts`), Python in a
 * process (`reward-process.ts`). One that dies or passes the deadline is replaced and the input tried once more: after
 * that it is an error, since no reward may depend on a clock.
 */
export class RewardModule {
  readonly #settings: ModuleSettings;
  #running: RunningModule | undefined;

  constructor(settings: ModuleSettings) {
    this.#settings = settings;
  }

  /** Loads the module. @throws {KnownError} `reward-module-invalid` */
  async load(): Promise<void> {
    if (this.#running) return;
    const running = this.#isPython ? startProcess(this.#settings) : startThread(this.#settings.path);
    this.#running = running;
    const least = this.#isPython ? LEAST_PYTHON_MS : LEAST_LOADING_MS;
    const deadlineMs = Math.max(least, LOADING * this.#settings.deadlineMs);
    const outcome = await this.#outcome(running, deadlineMs, () => {});
    if (outcome.kind === 'ready') return;
    await this.end();
    const needs = this.#isPython
      ? 'defines reward(prompt, completion, answer, example), or takes some of these, and imports files beside it and what the engine has installed'
      : 'exports reward({ prompt, completion, answer, example })';
    throw new KnownError(
      'reward-module-invalid',
      `The reward module cannot be used: ${lossOf(outcome, deadlineMs)}. It must be a file that ${needs}.`,
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
    const running = this.#running;
    this.#running = undefined;
    await running?.end();
  }

  get #isPython(): boolean {
    return extname(this.#settings.path) === '.py';
  }

  #ask(input: RewardInput): Promise<Outcome> {
    const running = this.#running as RunningModule; // loaded
    return this.#outcome(running, this.#settings.deadlineMs, () => running.post(input));
  }

  #outcome(running: RunningModule, deadlineMs: number, start: () => void): Promise<Outcome> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ kind: 'late' }), deadlineMs);
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        unhear();
        resolve(outcome);
      };
      const unhear = running.hear(settle);
      start();
    });
  }
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
      return new KnownError('reward-crashed', `The reward module ended, twice, on ${name}: ${outcome.why}.`);
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
      return new KnownError('reward-failed', `The reward module said ${outcome.kind} on ${name}.`);
  }
}
