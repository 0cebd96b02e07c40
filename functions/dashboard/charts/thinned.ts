/** As many as fit, evenly: every so many of them, the last always among them. @param most - at least 1 */
export function thinned<T>(all: readonly T[], most: number): readonly T[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, index) => (all.length - 1 - index) % every === 0);
}
