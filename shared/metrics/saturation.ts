/** So many steps in a row at this accuracy count as saturated. */
export const SATURATED = { steps: 20, accuracy: 0.95 } as const;

/**
 * The first step from which training accuracy stays saturated: it and the next 19 all have at least 0.95.
 *
 * @param accuracies - of steps 1, 2, …
 * @returns the step, `null` where there is none
 */
export function saturationStep(accuracies: readonly number[]): number | null {
  let run = 0;
  for (let i = 0; i < accuracies.length; i++) {
    run = (accuracies[i] as number) >= SATURATED.accuracy ? run + 1 : 0;
    if (run === SATURATED.steps) return i + 2 - SATURATED.steps;
  }
  return null;
}
