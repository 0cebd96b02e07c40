import type { Random } from '../functions/scheduler/random.ts';
import type { Step } from './steps.ts';

const PAGE = 2;

/** The object store of the model, and what must never happen to it. */
export class World {
  readonly objects = new Map<string, string>();
  readonly violations: string[] = [];
  readonly #random: Random;
  /** Keys that a stale LIST may not show yet; the newest only. */
  readonly #eventual: boolean;
  #newest = '';

  constructor(random: Random, { eventual }: { readonly eventual: boolean }) {
    this.#random = random;
    this.#eventual = eventual;
  }

  /** Does a step and answers it. Sending is not for the store. */
  apply(step: Exclude<Step, { do: 'send' }>): unknown {
    switch (step.do) {
      case 'put':
        return this.#put(step.key, step.value, step.overwrite ?? false);
      case 'get':
        return this.objects.get(step.key);
      case 'page':
        return this.#page(step.prefix, step.after);
      case 'delete':
        return this.objects.delete(step.key);
      case 'choose':
        return this.#random.below(step.below);
      default:
        return step satisfies never;
    }
  }

  keys(prefix: string): readonly string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  #put(key: string, value: string, overwrite: boolean): void {
    const before = this.objects.get(key);
    if (before !== undefined && !overwrite) return;
    if (before !== undefined && before !== value) this.violations.push(`G1: ${key} changed`);
    this.objects.set(key, value);
    this.#newest = key;
  }

  #page(prefix: string, after: string): readonly string[] {
    const hidden = this.#eventual && this.#random.chance(0.5) ? this.#newest : undefined;
    return this.keys(prefix)
      .filter((key) => key > after && key !== hidden)
      .slice(0, PAGE);
  }
}
