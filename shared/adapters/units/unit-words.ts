import type { KnownWord } from '../../ports/units.ts';
import { readUnit } from './read-unit.ts';

const BARE_UNITS: ReadonlySet<string> = new Set(
  (
    'mm cm dm km ft in mi yd mph kph kmph kmh kg mg lb lbs oz hr hrs min mins sec secs rad rads deg cc ml mL kL eV keV MeV GeV Hz kHz MHz GHz ' +
    'Pa kPa MPa kJ MJ kW MW GW mA mV kV nm ms ns pc kpc Mpc AU ly mol USD EUR rs amu atm bar cal kcal meV sq cu kWh rpm ' +
    'mmol hp gal psi KB MB GB TB kB'
  ).split(' '),
);

/** Nouns of three letters, which could also be a product of three names. */
const SHORT_NOUNS: ReadonlySet<string> = new Set(
  'day ton cup way men cow cat dog box pen egg car'.split(' '),
);

export function isUnitWord(word: string, known: KnownWord): boolean {
  if (BARE_UNITS.has(word)) return true;
  const lower = word.toLowerCase();
  if (word.length < 3 || !/^[A-Za-z][a-z]+$/.test(word) || !/[aeiouy]/.test(word)) return false;
  if (known(lower)) return true;
  return word.length === 3
    ? SHORT_NOUNS.has(lower)
    : readUnit(word, known) !== undefined || /^(?:square|cubic)$/.test(word);
}
