import { editDistance } from './edit-distance.ts';

/** Edits that a slip of the hand explains. */
const MOST_EDITS = 3;

/** What a name may have been meant to be: the known one that is nearest, if it is near enough; ` Did you mean x?` */
export function didYouMean(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((each) => ({ each, away: editDistance(name, each) }))
    .filter(({ each, away }) => away <= MOST_EDITS && away < each.length / 2)
    .sort((one, other) => one.away - other.away);
  return nearest ? ` Did you mean ${nearest.each}?` : '';
}
