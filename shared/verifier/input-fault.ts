import type { Mode } from './verification.ts';

const MODES: ReadonlySet<unknown> = new Set<Mode>([
  'reward',
  'benchmark',
  'paper-train',
  'paper-eval',
  'format',
]);

/**
 * Why nothing can be judged, where plain JavaScript hands over what the types forbid: a number for a text, no gold, a
 * mode that there is not. A verdict then says so, since the verifier never throws.
 */
export function inputFault(input: unknown, mode: unknown): 'input-invalid' | 'mode-unknown' | undefined {
  if (!isJudgeable(input)) return 'input-invalid';
  return MODES.has(mode) ? undefined : 'mode-unknown';
}

/** Texts, as references are given: one, or several of which any counts. */
export function areTexts(gold: unknown): gold is string | readonly string[] {
  return isText(gold) || (Array.isArray(gold) && gold.every(isText));
}

function isJudgeable(input: unknown): boolean {
  if (!isObject(input)) return false;
  const judged = 'answer' in input ? input['answer'] : input['completion'];
  return areTexts(input['gold']) && isText(judged) && areOptions(input['options'] ?? {});
}

function areOptions(options: unknown): boolean {
  if (!isObject(options)) return false;
  const { tolerance = 0, significantDigits = 1, unit = '' } = options;
  const tolerances = Array.isArray(tolerance) ? tolerance : [tolerance];
  return [...tolerances, significantDigits].every((each) => typeof each === 'number') && isText(unit);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
