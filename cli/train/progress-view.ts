import { meanText } from '#functions/results/format-score.ts';
import type { AlertEvent, Lent } from '#shared/driver-events.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';
import { printableJson, printableLines } from '#shared/printable.ts';
import type { Refused } from '#shared/records/evaluations.ts';
import type { Metrics } from '#shared/records/runs.ts';
import type { Summary } from '#shared/records/summary.ts';
import { parseCheckpoint } from '#shared/storage/keys.ts';
import { durationText, Pace } from '../terminal/pace.ts';
import { isQuiet } from '../terminal/quiet.ts';
import { StatusLine } from '../terminal/status-line.ts';
import type { TrainObserver } from './train-run.ts';

const BAR_WIDTH = 16;
/** The text of each phase that takes long enough to be shown. */
const PHASES: Readonly<Record<string, (step: number) => string>> = {
  servers: () => 'starting vLLM',
  turn: (step) => `step ${step} waits until a batch of scoring is done`,
  start: () => 'starting the engine',
  publish: (step) => `handing weights for step ${step} to the sampler`,
  rollout: (step) => `sampling step ${step}`,
  reward: (step) => `grading step ${step}`,
  old: (step) => `scoring the rollouts of step ${step}`,
  reference: (step) => `scoring the rollouts of step ${step} by the reference`,
  values: (step) => `scoring the rollouts of step ${step} by the critic`,
  update: (step) => `updating, step ${step}`,
  checkpoint: (step) => `writing the checkpoint of step ${step}`,
  scoring: () => 'scoring checkpoints',
};
/** Shortest time between two JSON lines about the parts of a phase. */
const JSON_MS = 1_000;
/** Shortest time between two lines about steps in a log, which should stay short. */
const QUIET_MS = 10_000;
/** The form of a digest, and how much of one a live line shows. */
const DIGEST = /^[a-z2-7]{26}$/;
const SHORT = 8;

/**
 * Shows a run as it goes: one live line on a terminal, plain lines now and then elsewhere, JSON lines if asked; the
 * scores of each checkpoint on a line of their own as they come.
 */
export class ProgressView implements TrainObserver {
  readonly #out: NodeJS.WriteStream;
  readonly #name: string;
  readonly #json: boolean;
  readonly #now: () => number;
  readonly #line: StatusLine;
  readonly #pace = new Pace();
  #steps = 0;
  #from = 0;
  #latest: { step: number; metrics: Metrics; lent?: Lent | undefined } | undefined;
  #lent = { steps: 0, waitSeconds: 0, cpuSeconds: 0 };
  #scores = '';
  #alerted = false;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #phase: { readonly name: string; readonly step: number; readonly text: string } | undefined;

  /** @param now - milliseconds of a clock */
  constructor(out: NodeJS.WriteStream, name: string, json: boolean, now: () => number = Date.now) {
    this.#out = out;
    this.#name = name;
    this.#json = json;
    this.#now = now;
    this.#line = new StatusLine(out);
  }

  onProcess(name: string, pid: number): void {
    if (this.#json && !isQuiet()) this.#write({ event: 'process', name, pid });
  }

  onTrainingSet(rows: number, dropped: Readonly<Record<string, number>>): void {
    const { overlong = 0, invalidLabel = 0 } = dropped;
    if (overlong + invalidLabel === 0) return;
    const why = `${overlong} with over-long prompts, ${invalidLabel} with answers that cannot be graded`;
    this.#say({ event: 'training-set', rows, dropped }, `examples left out: ${why}`);
  }

  /** The run begins with another one's checkpoint. */
  onFork(checkpoint: string): void {
    const { run, step } = parseCheckpoint(checkpoint);
    const text = `starts with weights and optimizer state of run ${run} at step ${step}; the reference stays the base`;
    this.#say({ event: 'forked', from: run, step }, text);
  }

  /** What it computes on, and what somebody should know of that. */
  onMachine(text: string, warnings: readonly string[]): void {
    this.#say({ event: 'machine', text, warnings }, [text, ...warnings].join(' '));
  }

  /** Its checkpoints are stored, and that is all. */
  onNoEvaluation(): void {
    this.#say({ event: 'no-evaluation' }, 'no benchmark is scored: name some with --eval-benchmarks');
  }

  onStart(step: number, steps: number): void {
    this.#steps = steps;
    this.#from = step;
    this.#pace.mark(step, this.#now());
    if (step > 0) this.#say({ event: 'resumed', step, steps }, `goes on from the checkpoint of step ${step}`);
  }

  onPhase(name: string): void {
    const step = (this.#latest?.step ?? this.#from) + 1;
    const text = PHASES[name]?.(step);
    if (text === undefined || text === this.#phase?.text) return;
    this.#phase = { name, step, text };
    // Within a step a log hears of steps alone; before the first and after the last one nothing else would come.
    const steady = this.#latest !== undefined && name !== 'scoring';
    this.#showPhase({}, text, steady ? QUIET_MS : 0);
  }

  onPhaseProgress(done: number, total: number): void {
    if (this.#phase) this.#showPhase({ done, total }, `${this.#phase.text}: ${done}/${total}`, QUIET_MS);
  }

  onStep(step: number, metrics: Metrics, lent?: Lent): void {
    this.#latest = { step, metrics, lent };
    if (lent) this.#addLent(lent);
    const now = this.#now();
    this.#pace.mark(step, now);
    this.#phase = undefined;
    if (isQuiet()) return;
    if (this.#json) this.#write({ event: 'step', step, metrics, ...(lent && { lent }) });
    else if (this.#out.isTTY) this.#line.show(this.#live());
    else if (now - this.#saidAtMs >= QUIET_MS || step === this.#steps) {
      this.#saidAtMs = now;
      const fields = [...this.#eta(), ...describe(metrics), ...describeLent(lent)];
      this.#out.write(`${this.#name}: ${[`step ${step}/${this.#steps}`, ...fields].join(' · ')}\n`);
    }
  }

  onScores(step: number, summary: Summary): void {
    const graded = summary.graders['reward'];
    const mean = graded?.average.mean ?? null;
    const average = mean === null ? 'incomplete' : `${(mean * 100).toFixed(1)} %`;
    this.#scores = `Avg ${average} at step ${step}`;
    const sets = (graded?.benchmarks ?? []).map(({ benchmark, score }) => `${benchmark} ${meanText(score)}`);
    this.#say(
      { event: 'scores', step, average: mean },
      `step ${step} scored: ${[`Avg ${average}`, ...sets].join(' · ')}`,
    );
  }

  onRefused(step: number, { code, detail }: Refused): void {
    this.#warn({ event: 'scores-refused', step, code, detail }, `step ${step} is not scored: ${detail}`);
  }

  /** @param what - training and scoring both compute on, and what that means for the steps, as a sentence */
  onShared(what: string): void {
    this.#say({ event: 'machine-shared', detail: what }, what);
  }

  /** Whether the run has warned of something; notes are none. */
  get alerted(): boolean {
    return this.#alerted;
  }

  onAlert(alert: AlertEvent): void {
    if (alert.level === 'warning') this.#alerted = true;
    this.#say(alert, `${alert.level === 'warning' ? 'warning' : 'note'}: ${alert.detail}`);
  }

  onProblem(entry: LogEntry): void {
    const kind = entry.level === 'warning' ? 'warning' : 'problem';
    this.#warn({ ...entry }, `${kind}: ${String(entry['detail'] ?? entry.event)}`);
  }

  /** Ends the live line, and says what the steps gave to scoring. */
  end(): void {
    this.#line.clear();
    const { steps, waitSeconds, cpuSeconds } = this.#lent;
    if (steps === 0) return;
    const waited = waitSeconds > 0 ? `waited ${waitSeconds.toFixed(1)} s for it, and ` : '';
    this.#say(
      { event: 'lent', ...this.#lent },
      `${steps} steps had scoring beside them: they ${waited}lent it ${cpuSeconds.toFixed(1)} CPU seconds`,
    );
  }

  #addLent({ waitSeconds, cpuSeconds }: Lent): void {
    const before = this.#lent;
    this.#lent = {
      steps: before.steps + 1,
      waitSeconds: before.waitSeconds + waitSeconds,
      cpuSeconds: before.cpuSeconds + cpuSeconds,
    };
  }

  #showPhase(numbers: object, text: string, quietMs: number): void {
    if (isQuiet()) return;
    if (this.#out.isTTY && !this.#json) {
      this.#line.show(this.#latest ? this.#live(text) : `${this.#shortName()} ${text}`);
      return;
    }
    const now = this.#now();
    if (now - this.#saidAtMs < (this.#json ? Math.min(quietMs, JSON_MS) : quietMs)) return;
    this.#saidAtMs = now;
    if (!this.#json) this.#out.write(`${this.#name}: ${text}\n`);
    else if (this.#phase) {
      const { name: phase, step } = this.#phase;
      this.#write({ event: 'phase', phase, step, ...numbers });
    }
  }

  /** Fields of the live line, what matters least last. @param phase - what goes on, if that is told */
  #live(phase = ''): readonly string[] {
    const { step, metrics, lent } = this.#latest ?? { step: 0, metrics: {}, lent: undefined };
    const filled = Math.min(BAR_WIDTH, Math.round((step / Math.max(1, this.#steps)) * BAR_WIDTH));
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
    const fields = [
      `${this.#shortName()} ${bar} ${step}/${this.#steps}`,
      ...this.#eta(),
      this.#scores,
      phase,
      ...describe(metrics),
      ...describeLent(lent),
    ];
    return fields.filter((field) => field !== '');
  }

  /** A name that nobody gave is a digest, of which a few letters do on a line that is short. */
  #shortName(): string {
    return DIGEST.test(this.#name) ? this.#name.slice(0, SHORT) : this.#name;
  }

  #eta(): readonly string[] {
    const remainingMs = this.#pace.remainingMs(this.#steps);
    return remainingMs === undefined || remainingMs === 0 ? [] : [`${durationText(remainingMs)} left`];
  }

  #say(entry: object, text: string): void {
    if (!isQuiet()) this.#warn(entry, text);
  }

  /** What has to be known even where nothing else is told. */
  #warn(entry: object, text: string): void {
    if (this.#json) {
      this.#write(entry);
      return;
    }
    this.#line.clear();
    this.#out.write(`${this.#name}: ${printableLines(text)}\n`);
    if (this.#out.isTTY && this.#latest) this.#line.show(this.#live());
  }

  #write(entry: object): void {
    this.#out.write(`${printableJson({ run: this.#name, ...entry })}\n`);
  }
}

function describe(metrics: Metrics): readonly string[] {
  const reward = readMetric(metrics, 'reward/mean');
  const entropy = readMetric(metrics, 'policy/entropy');
  const length = readMetric(metrics, 'completion/length_mean');
  if (reward === undefined || entropy === undefined || length === undefined) return [];
  return [`reward ${reward.toFixed(2)}`, `entropy ${entropy.toFixed(2)}`, `length ${length.toFixed(0)}`];
}

/** What the step gave to scoring. */
function describeLent(lent: Lent | undefined): readonly string[] {
  if (lent === undefined) return [];
  const { waitSeconds, cpuSeconds } = lent;
  return [
    ...(waitSeconds > 0 ? [`waited ${waitSeconds.toFixed(1)} s for scoring`] : []),
    ...(cpuSeconds > 0 ? [`${cpuSeconds.toFixed(1)} CPU s of scoring beside it`] : []),
  ];
}
