import type { Units } from '../ports/units.ts';
import { type Gold, readGold } from './judge/gold.ts';

/** Golds that stay read; more of them than any problem set has. */
const MOST_GOLDS = 50_000;

/** Reads a gold. */
export type GoldReader = (text: string) => Gold;

/** A reader that reads each gold at most once while it stays in its cache. */
export function cachedGolds(units: Units): GoldReader {
  const cache = new Map<string, Gold>();
  return (text) => {
    const known = cache.get(text);
    if (known) return known;
    if (cache.size >= MOST_GOLDS) cache.clear();
    const read = readGold(text, units);
    cache.set(text, read);
    return read;
  };
}
