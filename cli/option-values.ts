import { InvalidArgumentError } from 'commander';
import { TokenName } from '#functions/api/tokens/token.ts';
import { benchmarkByName } from '#shared/benchmarks/registry.ts';
import { didYouMean } from '#shared/nearest.ts';
import { GraderName } from '#shared/records/evaluations.ts';

const LAST_PORT = 65_535;

/** Values of options, from the text that was typed. All throw what commander tells its user. */

export function positive(text: string): number {
  const value = natural(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be at least 1.');
}

export function natural(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

export function port(text: string): number {
  const value = natural(text);
  if (value <= LAST_PORT) return value;
  throw new InvalidArgumentError(`It must be at most ${LAST_PORT}.`);
}

export function tokenName(text: string): string {
  if (TokenName.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must have 1 to 100 characters, none of which a terminal would obey.');
}

/** Of threads or processes: more than any machine has is a slip. */
export function headcount(text: string): number {
  const value = positive(text);
  if (value <= 1024) return value;
  throw new InvalidArgumentError('It must be at most 1024.');
}

export function decimals(text: string): number | number[] {
  const values = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  const [first, ...others] = values;
  if (first !== undefined && values.every((value) => Number.isFinite(value) && value >= 0)) {
    return others.length === 0 ? first : values;
  }
  throw new InvalidArgumentError('It must be a number of at least 0, or some with commas between them.');
}

export function folder(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must name a folder.');
}

/** `RUN` or `RUN@STEP`. */
export function forkPoint(text: string): string {
  if (/^[^@]+(@\d+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be RUN or RUN@STEP, such as pi1-long@100.');
}

export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** @returns a parser of one of these words */
export function oneOf<T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((each) => each === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${known.join(', ')}.${didYouMean(text, known)}`);
  };
}

export function graderNames(text: string): GraderName[] {
  return [...new Set(names(text).map(oneOf(GraderName.options)))];
}

/** @throws {KnownError} `benchmark-unknown` */
export function benchmarkNames(text: string): string[] {
  return names(text).map((name) => benchmarkByName(name).name);
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
