import type { RoundManifest } from '#shared/messages.ts';
import type { Made } from '#shared/ports/generator.ts';
import { durationText } from '../terminal/pace.ts';
import type { ProgressEntry } from '../terminal/progress.ts';

/**
 * How far an evaluation has come: completions that are scored, or made by a worker that tells of it; how fast tokens
 * come, and how long the rest will take at that.
 */
export class EvaluationProgress {
  readonly #now: () => number;
  readonly #made = new Map<number, Made>();
  #items: readonly number[] = [];
  #scored: ReadonlySet<number> = new Set();
  /** When the first token was told of; what was scored before then took none of this command's time. */
  #start: { readonly atMs: number; readonly completions: number; readonly tokens: number } | undefined;

  /** @param now - milliseconds of a clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  onScored({ shards }: RoundManifest, scored: readonly number[]): void {
    this.#items = shards.map(({ items }) => items.length);
    this.#scored = new Set(scored);
  }

  onMade(shard: number, made: Made): void {
    this.#start ??= { atMs: this.#now(), completions: this.completions, tokens: made.tokens };
    this.#made.set(shard, made);
  }

  get total(): number {
    return this.#items.reduce((sum, items) => sum + items, 0);
  }

  get completions(): number {
    const made = (items: number, shard: number) =>
      this.#scored.has(shard) ? items : Math.min(items, this.#made.get(shard)?.completions ?? 0);
    return this.#items.reduce((sum, items, shard) => sum + made(items, shard), 0);
  }

  entry(): ProgressEntry {
    const { completions, total } = this;
    if (total === 0) return { phase: 'preparing', text: 'preparing the evaluation' };
    const { tokensPerSecond, secondsLeft } = this.#pace(completions, total);
    const parts = [
      `evaluating: ${completions} of ${total} completions`,
      ...(tokensPerSecond === undefined ? [] : [`${tokensPerSecond} tokens/s`]),
      ...(secondsLeft === undefined ? [] : [`${durationText(secondsLeft * 1000)} left`]),
    ];
    const numbers = { completions, total, tokensPerSecond, secondsLeft };
    return { phase: 'evaluating', text: parts.join(' · '), numbers };
  }

  #pace(completions: number, total: number): { tokensPerSecond?: number; secondsLeft?: number } {
    if (!this.#start) return {};
    const seconds = (this.#now() - this.#start.atMs) / 1000;
    if (seconds < 1) return {};
    const tokens = [...this.#made.values()].reduce((sum, made) => sum + made.tokens, 0) - this.#start.tokens;
    const ended = completions - this.#start.completions;
    const left = ended > 0 ? Math.round((seconds / ended) * (total - completions)) : undefined;
    return {
      tokensPerSecond: Math.round(tokens / seconds),
      ...(left !== undefined && { secondsLeft: left }),
    };
  }
}
