/** A question of the microcosm with its one way of solving it. All numbers are integers from 0 to 99. */
export interface Question {
  readonly family: Family;
  /** Words and numbers, separated by single spaces. */
  readonly text: string;
  /** At least two; the last one's value is the answer. */
  readonly steps: readonly Step[];
  readonly answer: number;
}

/** `left operator right = value`. */
export interface Step {
  readonly text: string;
  readonly value: number;
}

export const FAMILIES = [
  'arithmetic',
  'algebra',
  'modular',
  'word',
  'sequence',
  'fraction',
  'geometry',
] as const;
export type Family = (typeof FAMILIES)[number];
export type Difficulty = 'easy' | 'hard';

export const LARGEST = 99;

/** A question whose steps all stay in range, or `undefined`: draw again. */
export function question(family: Family, text: string, steps: readonly Step[]): Question | undefined {
  const inRange = steps.every(({ value }) => Number.isInteger(value) && value >= 0 && value <= LARGEST);
  const answer = steps.at(-1)?.value;
  return inRange && answer !== undefined ? { family, text, steps, answer } : undefined;
}

/** One step of arithmetic. @param operator - `/` only where it divides */
export function step(left: number, operator: '+' | '-' | '*' | '/', right: number): Step {
  const value = { '+': left + right, '-': left - right, '*': left * right, '/': left / right }[operator];
  return { text: `${left} ${operator} ${right} = ${value}`, value };
}
