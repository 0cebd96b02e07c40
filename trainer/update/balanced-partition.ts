/** A set of items and the sum of their lengths. */
interface Part {
  readonly sum: number;
  readonly items: readonly number[];
}

const EMPTY: Part = { sum: 0, items: [] };

/**
 * Divides items into k sets of nearly equal total length by the largest differencing method of Karmarkar and Karp.
 *
 * @param lengths - [n], n ≥ k
 * @param equalCounts - every set gets n / k items; k must divide n
 * @returns k sets of item indices, ordered by their smallest index, each ascending
 * @see verl 0.2, utils/seqlen_balancing.py, whose ties this repeats
 */
export function balancedPartition(lengths: readonly number[], k: number, equalCounts: boolean): number[][] {
  const ascending = lengths
    .map((length, item) => ({ length, item }))
    .sort((a, b) => a.length - b.length || a.item - b.item);
  const states: State[] = [];
  const block = equalCounts ? k : 1;
  for (let start = 0; start < ascending.length; start += block) {
    const parts: Part[] = ascending
      .slice(start, start + block)
      .map(({ length, item }) => ({ sum: length, items: [item] }));
    while (parts.length < k) parts.push(EMPTY);
    states.push(makeState(parts));
  }
  states.sort(bySpread);
  while (states.length > 1) {
    const [first, second] = [states.shift() as State, states.shift() as State];
    insert(merge(first, second), states);
  }
  const parts = states[0]?.parts ?? [];
  return parts
    .map(({ items }) => [...items].sort((a, b) => a - b))
    .sort((a, b) => (a[0] ?? Number.POSITIVE_INFINITY) - (b[0] ?? Number.POSITIVE_INFINITY));
}

interface State {
  /** Largest sum first. */
  readonly parts: readonly Part[];
  readonly spread: number;
}

/** @param parts - sorted in place: steps make thousands of states */
function makeState(parts: Part[]): State {
  parts.sort(byDescendingSum);
  return { parts, spread: (parts[0]?.sum ?? 0) - (parts.at(-1)?.sum ?? 0) };
}

/** Puts a state where it belongs among sorted ones, before its equals. */
function insert(state: State, sorted: State[]): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bySpread(sorted[middle] as State, state) < 0) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, state);
}

/** The largest set of one joins the smallest of the other, and so on. */
function merge(a: State, b: State): State {
  const last = b.parts.length - 1;
  return makeState(
    a.parts.map((part, i) => {
      const other = b.parts[last - i] as Part;
      return { sum: part.sum + other.sum, items: part.items.concat(other.items) };
    }),
  );
}

function byDescendingSum(a: Part, b: Part): number {
  return b.sum - a.sum || b.items.length - a.items.length || compareItems(b.items, a.items);
}

function bySpread(a: State, b: State): number {
  const [largestA, largestB] = [a.parts[0] as Part, b.parts[0] as Part];
  return b.spread - a.spread || byDescendingSum(largestA, largestB);
}

function compareItems(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
