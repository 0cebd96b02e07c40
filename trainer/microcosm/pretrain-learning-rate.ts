const WARMUP_STEPS = 100;
const FLOOR = 0.05;

/** Linear warm-up over 100 steps, then a cosine down to 5 % of the peak. @param step - from 1 */
export function learningRate(step: number, steps: number, peak: number): number {
  if (step <= WARMUP_STEPS) return (peak * step) / WARMUP_STEPS;
  const progress = (step - WARMUP_STEPS) / Math.max(1, steps - WARMUP_STEPS);
  return peak * (FLOOR + ((1 - FLOOR) * (1 + Math.cos(Math.PI * progress))) / 2);
}
