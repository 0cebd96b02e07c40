import fc from 'fast-check';
import { unit } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { converted } from '#shared/adapters/units/convert.ts';
import { exactUnits } from '#shared/adapters/units/exact-units.ts';
import { Fuel } from '#shared/verifier/fuel.ts';
import { evaluateConstant } from '#shared/verifier/math/evaluate-constant.ts';
import { exact } from '#shared/verifier/node/make-node.ts';
import { verify } from '#shared/verifier/verify.ts';

/** Units of one kind, as written here and for mathjs. */
const KINDS: readonly (readonly (readonly [ours: string, theirs: string])[])[] = [
  [
    ['cm', 'cm'],
    ['\\text{m}', 'm'],
    ['miles', 'mi'],
    ['feet', 'ft'],
    ['nm', 'nm'],
  ],
  [
    ['km/h', 'km/h'],
    ['m s^{-1}', 'm/s'],
    ['feet per minute', 'ft/minute'],
    ['\\mathrm{cm}/\\mathrm{s}', 'cm/s'],
  ],
  [
    ['J', 'J'],
    ['kg m^2/s^2', 'kg m^2/s^2'],
    ['kWh', 'kWh'],
    ['N\\cdot m', 'N m'],
  ],
  [
    ['degrees', 'deg'],
    ['radians', 'rad'],
  ],
  [
    ['square feet', 'ft^2'],
    ['cm²', 'cm^2'],
    ['acres', 'acre'],
  ],
  [
    ['℃', 'degC'],
    ['K', 'K'],
    ['degrees Fahrenheit', 'degF'],
  ],
  [
    ['cubic centimetres', 'cm^3'],
    ['mL', 'mL'],
    ['L', 'L'],
    ['gallons', 'gal'],
  ],
  [
    ['hours', 'hour'],
    ['min', 'minute'],
    ['days', 'day'],
    ['ms', 'ms'],
  ],
];
const pairs = fc
  .constantFrom(...KINDS)
  .chain((kind) => fc.tuple(fc.constantFrom(...kind), fc.constantFrom(...kind)));
const wholes = fc.integer({ min: 1, max: 10_000 });

describe('converted', () => {
  it('agrees with mathjs on units of any kind', () => {
    fc.assert(
      fc.property(pairs, wholes, ([[from, theirFrom], [to, theirTo]], value) => {
        const [source, target] = [exactUnits.read(from)?.measure, exactUnits.read(to)?.measure];
        if (!source || !target) throw new Error(`${from} or ${to} is no unit`);
        const ours = evaluateConstant(converted(exact(value), source, target), new Fuel());
        const theirs = unit(value, theirFrom).toNumber(theirTo);
        expect(Math.abs((ours ?? 0) - theirs)).toBeLessThanOrEqual(1e-5 * Math.max(1e-3, Math.abs(theirs)));
      }),
    );
  });

  it('goes back to where it came from, exactly', () => {
    fc.assert(
      fc.property(pairs, wholes, ([[from], [to]], value) => {
        const [source, target] = [exactUnits.read(from)?.measure, exactUnits.read(to)?.measure];
        fc.pre(source !== undefined && target !== undefined && source.pi === target.pi);
        if (!source || !target) return;
        expect(converted(converted(exact(value), source, target), target, source)).toEqual(exact(value));
      }),
    );
  });
});

describe('verify with units', () => {
  const judge = (gold: string, answer: string, unitOfProblem?: string) =>
    verify({ gold, answer, mode: 'reward', options: { unit: unitOfProblem } }).verdict === 'correct';

  it('converts to the unit that the problem asks for', () => {
    expect(judge('5', '50\\text{ mm}', 'cm')).toBe(true);
    expect(judge('5', '5\\text{ mm}', 'cm')).toBe(false);
    expect(judge('5', '5\\text{ cm}^2', 'cm')).toBe(false);
    expect(judge('5', '5', 'cm')).toBe(true);
    expect(judge('9.8', '980\\,\\mathrm{cm/s^2}', '\\mathrm{~m} / \\mathrm{s}^{2}')).toBe(true);
  });

  it('keeps the digits of a rounded gold', () => {
    expect(judge('6.63e-7', '663\\text{ nm}', 'm')).toBe(true);
    expect(judge('6.63e-7', '6628\\text{ Å}', 'm')).toBe(true);
    expect(judge('6.63e-7', '66.3\\text{ nm}', 'm')).toBe(false);
    expect(judge('6.63e-7', '0.7\\text{ µm}', 'm')).toBe(false);
  });

  it('takes the unit right behind the box for that of the answer', () => {
    const boxed = (completion: string) =>
      verify({ gold: '5', completion, mode: 'reward', options: { unit: 'cm' } }).verdict;
    expect(boxed('it is $\\boxed{50}\\text{ mm}$')).toBe('correct');
    expect(boxed('it is $\\boxed{5}$ mm')).toBe('incorrect');
    expect(boxed('it is \\boxed{5} in total')).toBe('correct');
  });

  it('reads a word that the problem itself counts by, and no other', () => {
    expect(judge('12\\text{ zorks}', '12\\text{ zorks}')).toBe(true);
    expect(judge('12\\text{ zorks}', '12')).toBe(true);
    expect(judge('12', '12\\text{ zorks}', 'zorks')).toBe(true);
    expect(judge('12', '12\\text{ zorks}')).toBe(false);
  });
});
