import type { KnownWord, Units } from '../../ports/units.ts';

/** What decides whether words behind a value are its unit. */
export interface Words {
  readonly units: Units;
  /** What the problem counts its things by. */
  readonly known: KnownWord;
}

/** The words of units alone, where no problem says what it counts. */
export function unitsAlone(units: Units): Words {
  return { units, known: () => false };
}
