import type { LogEntry } from '#shared/log-entry.ts';
import type { Metrics, Summary } from '#shared/messages.ts';
import { printableJson, printableLines } from '#shared/printable.ts';
import { parseCheckpoint } from '#shared/storage/keys.ts';
import { durationText, Pace } from './pace.ts';
import { meanText } from './report/format-score.ts';
import { StatusLine } from './status-line.ts';
import type { TrainObserver } from './train-run.ts';

const BAR_WIDTH = 16;
/** Between two lines about steps where there is no terminal: a log should stay short. */
const QUIET_MS = 10_000;

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
  #latest: { step: number; metrics: Metrics } | undefined;
  #scores = '';
  #saidAtMs = Number.NEGATIVE_INFINITY;

  /** @param now - milliseconds of a clock */
  constructor(out: NodeJS.WriteStream, name: string, json: boolean, now: () => number = Date.now) {
    this.#out = out;
    this.#name = name;
    this.#json = json;
    this.#now = now;
    this.#line = new StatusLine(out);
  }

  onProcess(name: string, pid: number): void {
    if (this.#json) this.#write({ event: 'process', name, pid });
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

  onStart(step: number, steps: number): void {
    this.#steps = steps;
    this.#pace.mark(step, this.#now());
    if (step > 0) this.#say({ event: 'resumed', step, steps }, `goes on from the checkpoint of step ${step}`);
  }

  onStep(step: number, metrics: Metrics): void {
    this.#latest = { step, metrics };
    const now = this.#now();
    this.#pace.mark(step, now);
    if (this.#json) this.#write({ event: 'step', step, metrics });
    else if (this.#out.isTTY) this.#line.show(this.#live());
    else if (now - this.#saidAtMs >= QUIET_MS || step === this.#steps) {
      this.#saidAtMs = now;
      this.#out.write(`${this.#name}: step ${step}/${this.#steps}${this.#eta()}${describe(metrics)}\n`);
    }
  }

  onScores(step: number, summary: Summary): void {
    const graded = summary.graders['reward'];
    const mean = graded?.average.mean ?? null;
    const average = mean === null ? 'incomplete' : `${(mean * 100).toFixed(1)} %`;
    this.#scores = ` · Avg ${average} at step ${step}`;
    const sets = (graded?.benchmarks ?? []).map(({ benchmark, score }) => `${benchmark} ${meanText(score)}`);
    this.#say(
      { event: 'scores', step, average: mean },
      `step ${step} scored: ${[`Avg ${average}`, ...sets].join(' · ')}`,
    );
  }

  onProblem(entry: LogEntry): void {
    // What ends the command is told by the command, once.
    if (!this.#json && entry.event === 'run-failed') return;
    const kind = entry.level === 'warning' ? 'warning' : 'problem';
    this.#say({ ...entry }, `${kind}: ${String(entry['detail'] ?? entry.event)}`);
  }

  /** Ends the live line. */
  end(): void {
    this.#line.clear();
  }

  #live(): string {
    const { step, metrics } = this.#latest ?? { step: 0, metrics: {} };
    const filled = Math.min(BAR_WIDTH, Math.round((step / Math.max(1, this.#steps)) * BAR_WIDTH));
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
    return `${this.#name} ${bar} ${step}/${this.#steps}${this.#eta()}${describe(metrics)}${this.#scores}`;
  }

  #eta(): string {
    const remainingMs = this.#pace.remainingMs(this.#steps);
    return remainingMs === undefined || remainingMs === 0 ? '' : ` · ${durationText(remainingMs)} left`;
  }

  #say(entry: object, text: string): void {
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

function describe(metrics: Metrics): string {
  const { 'reward/mean': reward, 'policy/entropy': entropy, 'completion/length_mean': length } = metrics;
  if (reward === undefined || entropy === undefined || length === undefined) return '';
  return ` · reward ${reward.toFixed(2)} · entropy ${entropy.toFixed(2)} · length ${length.toFixed(0)}`;
}
