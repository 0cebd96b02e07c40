import { z } from 'zod';
import type { GradingOptions } from '../records/problems.ts';

/** What the files of benchmarks say about how exact an answer must be, beside the answer itself. */
export const GradingFields = z.object({
  /** OlympiadBench: absolute tolerance such as `1e-1`; of several parts one for each. */
  error: z.string().nullish(),
  /** OlympiadBench: LaTeX of the unit the problem asks for. */
  unit: z.string().nullish(),
  /** Minerva Math: what follows the gold's box in the reference solution. */
  after_box: z.string().nullish(),
});

/**
 * The options that the verifier takes for one problem.
 *
 * Minerva Math gives physical results with two significant digits and their unit behind the box; both come from the
 * reference solution, so an answer that rounds to them is right.
 */
export function gradingOptions(
  fields: z.infer<typeof GradingFields>,
  answer: string | readonly string[],
): GradingOptions | undefined {
  const tolerance = tolerances(fields.error);
  const unit = fields.unit ?? unitAfterBox(fields.after_box);
  const significantDigits = typeof fields.after_box === 'string' ? twoDigits(answer) : undefined;
  if (tolerance === undefined && !unit && significantDigits === undefined) return undefined;
  return {
    ...(tolerance !== undefined && { tolerance }),
    ...(unit && { unit }),
    ...(significantDigits !== undefined && { significantDigits }),
  };
}

function tolerances(error: string | null | undefined): number | number[] | undefined {
  const values = (error ?? '').split(',').map(Number.parseFloat).filter(Number.isFinite);
  return values.length > 1 ? values : values[0];
}

/** The first unit behind a box: `\mathrm{~km} / \mathrm{s}`, `years`. */
function unitAfterBox(after: string | null | undefined): string | undefined {
  const written = (after ?? '').split(/\\\]|\\end|\\\\|\$\.|[.,;\n=≃]|\\simeq|\\approx/)[0] ?? '';
  const unit = written.replaceAll(/\\quad|\\text|\\mathrm|\\operatorname|[${}~]/g, ' ').trim();
  return /^[A-Za-z][A-Za-z ^/\-0-9]{0,30}$/.test(unit) && unit.split(/\s+/).length <= 3 ? unit : undefined;
}

/** Two digits, if the answer is a decimal or a power of ten written with exactly two. */
function twoDigits(answer: string | readonly string[]): number | undefined {
  if (typeof answer !== 'string') return undefined;
  const digits = /^-?(\d*\.\d+|\d+\.?\d*(?=[eE]))(?:[eE][+-]?\d+)?$/.exec(answer)?.[1];
  return digits?.replace('.', '').replace(/^0+/, '').length === 2 ? 2 : undefined;
}
