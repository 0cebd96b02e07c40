import type { Units } from '../../ports/units.ts';
import { areCommensurable, areSameUnit, converted } from './convert.ts';
import { readUnit } from './read-unit.ts';
import { unitBehind } from './unit-behind.ts';
import { namedMeasure } from './unit-names.ts';
import { isUnitWord } from './unit-words.ts';

/** Units by an exact table, SI prefixes, and the nouns that word problems count (docs/decisions/0005). */
export const exactUnits: Units = {
  read: readUnit,
  measureOf: namedMeasure,
  isWord: isUnitWord,
  behind: unitBehind,
  areCommensurable,
  areSame: areSameUnit,
  converted,
};
