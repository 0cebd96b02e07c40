/**
 * How far the score still rose after training accuracy had saturated: the best score from there on minus the first.
 *
 * @param checkpoints - in any order
 * @param saturationStep - as `saturationStep` finds it
 * @returns at least 0, with the step of the best score, the earliest of equals; `null` where nothing saturated or no
 *   checkpoint followed
 */
export function postSaturationRise(
  checkpoints: readonly { readonly step: number; readonly score: number }[],
  saturationStep: number | null,
): { readonly rise: number; readonly step: number } | null {
  if (saturationStep === null) return null;
  const after = checkpoints.filter(({ step }) => step >= saturationStep).sort((a, b) => a.step - b.step);
  const [first] = after;
  if (!first) return null;
  const best = after.reduce((highest, next) => (next.score > highest.score ? next : highest));
  return { rise: best.score - first.score, step: best.step };
}
