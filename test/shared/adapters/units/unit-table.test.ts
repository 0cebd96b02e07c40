import { unit } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { namedMeasure } from '#shared/adapters/units/unit-names.ts';
import { PREFIXES, UNIT_ROWS } from '#shared/adapters/units/unit-table.ts';
import type { Measure } from '#shared/ports/units.ts';
import { powerOfTen, toNumber } from '#shared/verifier/node/rational.ts';

/** Spellings that mean another thing there: yocto-grays, 10 moles of cents. */
const OTHER_THINGS = new Set(['ct', 'Rs', 'rs']);
/** mathjs rounds the acre, torr and mmHg, and takes the electronvolt from an older adjustment of constants. */
const ROUNDED = 1e-5;
/** It takes spoons as whole millilitres. */
const SPOONS = /spoon$/;
const DIMENSIONS = ['M', 'L', 'T', 'I', 'K', 'luminosity', 'N', 'A', 'B'];

interface MathjsUnit {
  readonly value: number;
  readonly dimensions: readonly number[];
}

describe('the table of units', () => {
  const spellings = UNIT_ROWS.flatMap(({ symbols, names }) => [...symbols.split(' '), ...names.split(' ')]);
  const known = spellings.filter((name) => !OTHER_THINGS.has(name) && mathjsUnit(name) !== undefined);

  it('shares most of the units of physics with mathjs', () => {
    expect(known.length).toBeGreaterThan(80);
  });

  it.each(known)('measures %s as mathjs does', (name) => {
    const [theirs, ours] = [mathjsUnit(name), namedMeasure(name)];
    if (!theirs || !ours) throw new Error(`${name} is unknown`);
    expect(dimensionsOf(ours)).toEqual(namedDimensions(theirs));
    expect(Math.abs(Number(theirs.value) / sizeOf(ours) - 1)).toBeLessThan(
      SPOONS.test(name) ? 0.02 : ROUNDED,
    );
  });

  it('knows the prefixes of mathjs', () => {
    for (const [symbol, name, power] of PREFIXES) {
      for (const spelled of [`${symbol === 'µ' ? 'u' : symbol}W`, `${name}watts`]) {
        const ours = namedMeasure(spelled);
        expect([spelled, ours?.factor]).toEqual([spelled, powerOfTen(power)]);
        expect(mathjsUnit(spelled)?.value).toBeCloseTo(Number(`1e${power}`), 12);
      }
    }
  });

  it('defines no spelling twice', () => {
    const all = spellings.filter((name) => name !== '');
    expect(all.length).toBe(new Set(all).size);
  });
});

function mathjsUnit(name: string): MathjsUnit | undefined {
  if (name === '') return undefined;
  try {
    return unit(1, name) as unknown as MathjsUnit; // its types leave these fields out
  } catch {
    return undefined;
  }
}

function sizeOf({ factor, pi }: Measure): number {
  return toNumber(factor) * Math.PI ** pi;
}

function dimensionsOf({ dimensions }: Measure): Record<string, number> {
  return Object.fromEntries(dimensions);
}

function namedDimensions({ dimensions }: MathjsUnit): Record<string, number> {
  const named = dimensions.map((power, index) => [DIMENSIONS[index] ?? '?', power] as const);
  return Object.fromEntries(named.filter(([, power]) => power !== 0));
}
