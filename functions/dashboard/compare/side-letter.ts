/** What the sides of a comparison are called: A is held against, the others are held against it. */
export type Letter = 'A' | 'B' | 'C';

/** @param index - among the others, from 0 */
export function letterOf(index: number): Letter {
  return index === 0 ? 'B' : 'C';
}
