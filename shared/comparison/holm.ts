/**
 * p values of several tests adjusted for their number: to call those up to 0.05 different is wrong about any of them in
 * 5 of 100 cases.
 *
 * @returns in the order given, each at most 1
 * @see Holm 1979, "A simple sequentially rejective multiple test procedure"
 */
export function holm(ps: readonly number[]): readonly number[] {
  const order = [...ps.keys()].sort((a, b) => (ps[a] as number) - (ps[b] as number)); // keys of ps
  const adjusted: number[] = [];
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * (ps[index] as number)));
    adjusted[index] = least;
  }
  return adjusted;
}
