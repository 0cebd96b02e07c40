/**
 * Repeats of a few-shot set, so that its rows fill exactly one step, as evenly as can be, the first ones once more where
 * it does not come out even: 1 example 128 times, 2 examples 64 times each, and so on. A set of as many examples as a
 * step has rows, or one that says its own repeats, stays as it is.
 *
 * @param repeats - what the data says of each example; all 1 where it says nothing
 * @param rowsPerStep - G
 * @see Wang et al. 2025, arXiv:2504.20571, §3.1: the loader drops an incomplete batch, so that one epoch is one step
 */
export function fillStep(repeats: readonly number[], rowsPerStep: number): readonly number[] {
  const [whole, rest] = [Math.floor(rowsPerStep / repeats.length), rowsPerStep % repeats.length];
  if (whole === 0 || repeats.some((each) => each > 1)) return repeats;
  return repeats.map((_, index) => whole + (index < rest ? 1 : 0));
}
