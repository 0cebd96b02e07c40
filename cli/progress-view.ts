import type { LogEntry } from '#shared/log-entry.ts';
import type { Metrics, Summary } from '#shared/messages.ts';
import { parseCheckpoint } from '#shared/storage/keys.ts';
import { StatusLine } from './status-line.ts';
import type { TrainObserver } from './train-run.ts';

const BAR_WIDTH = 24;

/** Shows a run as it goes: one live line on a terminal, a line per checkpoint elsewhere, JSON lines if asked. */
export class ProgressView implements TrainObserver {
  readonly #out: NodeJS.WriteStream;
  readonly #name: string;
  readonly #json: boolean;
  readonly #line: StatusLine;
  #steps = 0;
  #latest: { step: number; metrics: Metrics } | undefined;
  #scores = '';

  constructor(out: NodeJS.WriteStream, name: string, json: boolean) {
    this.#out = out;
    this.#name = name;
    this.#json = json;
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
    if (step > 0) this.#say({ event: 'resumed', step, steps }, `goes on from the checkpoint of step ${step}`);
  }

  onStep(step: number, metrics: Metrics): void {
    this.#latest = { step, metrics };
    if (this.#json) this.#write({ event: 'step', step, metrics });
    else if (this.#out.isTTY) this.#line.show(this.#live());
  }

  onScores(step: number, summary: Summary): void {
    const average = summary.graders['reward']?.average;
    const percent = average?.mean == null ? 'incomplete' : `${(average.mean * 100).toFixed(1)} %`;
    this.#scores = ` · Avg ${percent} at step ${step}`;
    const training = this.#latest
      ? ` · training at step ${this.#latest.step}${describe(this.#latest.metrics)}`
      : '';
    this.#say(
      { event: 'scores', step, average: average?.mean ?? null },
      `step ${step} scored: Avg ${percent}${training}`,
    );
  }

  onProblem(entry: LogEntry): void {
    this.#say({ ...entry }, `problem: ${String(entry['detail'] ?? entry.event)}`);
  }

  /** Ends the live line. */
  end(): void {
    this.#line.clear();
  }

  #live(): string {
    const { step, metrics } = this.#latest ?? { step: 0, metrics: {} };
    const filled = Math.round((step / Math.max(1, this.#steps)) * BAR_WIDTH);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
    return `${this.#name} ${bar} ${step}/${this.#steps}${describe(metrics)}${this.#scores}`;
  }

  #say(entry: object, text: string): void {
    if (this.#json) {
      this.#write(entry);
      return;
    }
    this.#line.clear();
    this.#out.write(`${this.#name}: ${text}\n`);
    if (this.#out.isTTY && this.#latest) this.#line.show(this.#live());
  }

  #write(entry: object): void {
    this.#out.write(`${JSON.stringify({ run: this.#name, ...entry })}\n`);
  }
}

function describe(metrics: Metrics): string {
  const { 'reward/mean': reward, 'policy/entropy': entropy, 'completion/length_mean': length } = metrics;
  if (reward === undefined || entropy === undefined || length === undefined) return '';
  return ` · reward ${reward.toFixed(2)} · entropy ${entropy.toFixed(2)} · length ${length.toFixed(0)}`;
}
