import { ONE, type Rational } from '../node/rational.ts';
import type { Fraction } from './kernels.ts';
import type { Normalizer } from './normalizer.ts';
import { monomial, type Powers } from './polynomial.ts';

/** One term of an argument: a number times something without one. */
export interface Part {
  readonly coefficient: Rational;
  readonly unit: Fraction;
  readonly powers: Powers;
  readonly text: string;
  /** It stands over 1. */
  readonly whole: boolean;
}

/** The terms of an argument, each over the argument's denominator. */
export function partsOf(argument: Fraction, normal: Normalizer): readonly Part[] {
  const { top, bottom } = normal.simplified(argument);
  return [...top.values()].map(({ coefficient, powers: written }) => {
    const unit = normal.shortened({ top: monomial(ONE, written), bottom });
    const [term] = unit.top.values();
    const powers = term?.powers ?? [];
    return {
      coefficient,
      unit,
      powers,
      whole: unit.bottom.size === 1 && unit.bottom.has(''),
      text: normal.textOf(unit),
    };
  });
}
