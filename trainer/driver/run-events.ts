import { alertEvent } from '#shared/alerts/alert-event.ts';
import { type Alert, alertOf } from '#shared/alerts/alert-rules.ts';
import type { DriverEvent, Lent } from '#shared/driver-events.ts';
import { type KnownError, messageOf } from '#shared/errors.ts';
import type { Metrics } from '#shared/records/runs.ts';
import { isRescue, parseCheckpoint } from '#shared/storage/keys.ts';
import type { TrainingSet } from '../data/training-set.ts';
import { StepAlerts } from '../metrics/step-alerts.ts';
import type { Claim } from '../resume/claim.ts';
import type { Damaged } from '../resume/resume-point.ts';

/** What a driver tells of its run: lines of its log, by which the command line shows it. */
export class RunEvents {
  readonly #run: string;
  readonly #steps: number;
  readonly #log: (event: DriverEvent) => void;
  readonly #alerts: StepAlerts;

  /** @param steps - of the whole run */
  constructor(run: string, steps: number, log: (event: DriverEvent) => void) {
    this.#run = run;
    this.#steps = steps;
    this.#log = log;
    this.#alerts = new StepAlerts(steps);
  }

  trainingSet({ rows, dropped }: TrainingSet): void {
    this.#log({ level: 'info', event: 'training-set', run: this.#run, rows: rows.length, dropped });
  }

  /** A driver goes on from here; told again after each restart of the engine. */
  started({ incarnation }: Claim, step: number, enginePid: number): void {
    this.#log({ level: 'info', event: 'engine-started', run: this.#run, pid: enginePid });
    this.#log({ level: 'info', event: 'run-started', run: this.#run, incarnation, step, steps: this.#steps });
  }

  engineLost({ message }: KnownError): void {
    this.#log({ level: 'error', event: 'engine-lost', run: this.#run, detail: message });
  }

  /** A checkpoint or rescue is passed over. */
  damaged({ key, why }: Damaged): void {
    const { step } = parseCheckpoint(key);
    const detail = `the ${isRescue(key) ? 'rescue' : 'checkpoint'} of step ${step} is passed over: ${why}`;
    this.#log({ level: 'warning', event: 'checkpoint-damaged', run: this.#run, checkpoint: key, detail });
  }

  /** The engine ran out of memory and goes on with so many tokens in a pass. */
  smallerPasses(tokenBudget: number): void {
    this.#log({ level: 'info', event: 'smaller-passes', run: this.#run, tokenBudget });
  }

  resampled(step: number, why: string): void {
    this.#log({
      level: 'warning',
      event: 'step-resampled',
      run: this.#run,
      step,
      detail: `step ${step} is sampled again: ${why}`,
    });
  }

  sideWorkFailed(kind: string, error: unknown): void {
    const what = SIDE_WORK[kind] ?? kind;
    const detail = `${what} failed; training goes on, and it is tried again: ${messageOf(error)}`;
    this.#log({ level: 'warning', event: 'side-work-failed', run: this.#run, kind, detail });
  }

  /** A step is done, and what it says of the run as a whole. */
  step(step: number, metrics: Metrics, lent: Lent | undefined): void {
    this.#log({ level: 'info', event: 'step', run: this.#run, step, metrics, ...(lent && { lent }) });
    for (const alert of this.#alerts.after(step, metrics)) this.#alert(alert);
  }

  /** The engine would take a step with numbers that are none. */
  diverged(step: number): void {
    const found = `Loss or gradient of step ${step} is not finite.`;
    this.#alert(alertOf('diverged', { step, value: Number.NaN, found }));
  }

  #alert(alert: Alert): void {
    this.#log(alertEvent(this.#run, alert));
  }

  /** A checkpoint is committed. */
  checkpoint(step: number): void {
    this.#log({ level: 'info', event: 'checkpoint', run: this.#run, step });
  }

  finished(): void {
    this.#log({ level: 'info', event: 'run-finished', run: this.#run });
  }
}

/** How a user hears of side work. */
const SIDE_WORK: Readonly<Record<string, string>> = {
  event: 'asking for the evaluation of a checkpoint',
  telemetry: "storing a step's telemetry",
  'old state': 'deleting optimizer state that is not needed any more',
};
