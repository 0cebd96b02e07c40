import { type KnownError, messageOf } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Metrics } from '#shared/messages.ts';
import { isRescue, parseCheckpoint } from '#shared/storage/keys.ts';
import type { TrainingSet } from '../data/training-set.ts';
import { cutWarning } from '../metrics/cut-warning.ts';
import { Unlearning } from '../metrics/unlearning.ts';
import type { Claim } from '../resume/claim.ts';
import type { Damaged } from '../resume/resume-point.ts';

/** What a driver tells of its run: lines of its log, by which the command line shows it. */
export class RunEvents {
  readonly #run: string;
  readonly #steps: number;
  readonly #log: (entry: LogEntry) => void;
  readonly #unlearning: Unlearning;
  #warnedOfCuts = false;

  /** @param steps - of the whole run */
  constructor(run: string, steps: number, log: (entry: LogEntry) => void) {
    this.#run = run;
    this.#steps = steps;
    this.#log = log;
    this.#unlearning = new Unlearning(steps);
  }

  trainingSet({ rows, dropped }: TrainingSet): void {
    this.#tell('info', 'training-set', { rows: rows.length, dropped });
  }

  /** A driver goes on from here; told again after each restart of the engine. */
  started({ incarnation }: Claim, step: number, enginePid: number): void {
    this.#tell('info', 'engine-started', { pid: enginePid });
    this.#tell('info', 'run-started', { incarnation, step, steps: this.#steps });
  }

  engineLost({ message }: KnownError): void {
    this.#tell('error', 'engine-lost', { detail: message });
  }

  /** A checkpoint or rescue is passed over. */
  damaged({ key, why }: Damaged): void {
    const { step } = parseCheckpoint(key);
    const detail = `the ${isRescue(key) ? 'rescue' : 'checkpoint'} of step ${step} is passed over: ${why}`;
    this.#tell('warning', 'checkpoint-damaged', { checkpoint: key, detail });
  }

  /** The engine ran out of memory and goes on with so many tokens in a pass. */
  smallerPasses(tokenBudget: number): void {
    this.#tell('info', 'smaller-passes', { tokenBudget });
  }

  resampled(step: number, why: string): void {
    this.#tell('warning', 'step-resampled', { step, detail: `step ${step} is sampled again: ${why}` });
  }

  sideWorkFailed(kind: string, error: unknown): void {
    const what = SIDE_WORK[kind] ?? kind;
    const detail = `${what} failed; training goes on, and it is tried again: ${messageOf(error)}`;
    this.#tell('warning', 'side-work-failed', { kind, detail });
  }

  /** A step is done, and what it says of the run as a whole. */
  step(step: number, metrics: Metrics): void {
    this.#tell('info', 'step', { step, metrics });
    const flat = this.#unlearning.after(metrics);
    if (flat !== undefined) this.#tell('warning', 'nothing-learned', { step, detail: sameRewards(flat) });
    const detail = this.#warnedOfCuts ? undefined : cutWarning(step, metrics);
    if (detail === undefined) return;
    this.#warnedOfCuts = true;
    this.#tell('warning', 'completions-cut', { detail });
  }

  /** A checkpoint is committed. */
  checkpoint(step: number): void {
    this.#tell('info', 'checkpoint', { step });
  }

  finished(): void {
    this.#tell('info', 'run-finished');
  }

  #tell(level: LogEntry['level'], event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#log({ level, event, run: this.#run, ...fields });
  }
}

/** How a user hears of side work. */
const SIDE_WORK: Readonly<Record<string, string>> = {
  event: 'asking for the evaluation of a checkpoint',
  telemetry: "storing a step's telemetry",
  'old state': 'deleting optimizer state that is not needed any more',
};

function sameRewards(steps: number): string {
  return (
    `all completions of each prompt got the same reward for ${steps} steps: nothing is learned. Look at what the policy ` +
    "writes (the steps' journals) and at the reward; easier or harder examples, or more --samples, make rewards differ."
  );
}
