/**
 * `oneshot compare` and `oneshot gate`: whether one evaluation is better than another, told to a person or to a program
 * that must decide. `read-comparisons.ts` finds both and compares them as the HTTP API does, `render-comparison.ts` shows
 * it; `read-policy.ts` reads what must hold and `judge-policy.ts` says whether it does. Imports `results/` and `terminal/`.
 */
import { printableJson } from '#shared/printable.ts';
import { type CompareOptions, readComparisons } from './read-comparisons.ts';
import { renderComparison } from './render-comparison.ts';

/** Compares each of the others with the first. @param names - what each is called, in their order */
export async function compare(
  subjects: readonly string[],
  options: CompareOptions,
  names: readonly string[] = subjects,
): Promise<void> {
  const [first = ''] = names; // there are two at least
  const comparisons = await readComparisons(subjects, options);
  if (options.json) {
    for (const comparison of comparisons) process.stdout.write(`${printableJson(comparison)}\n`);
    return;
  }
  const texts = comparisons.map((comparison, i) =>
    renderComparison(comparison, { first, second: names[i + 1] ?? '' }),
  );
  process.stdout.write(texts.join('\n'));
}
