import { RandomStream } from '#shared/sampling/random-stream.ts';

/**
 * The rows of a step, in the order of the step's batch: a random permutation each epoch, its incomplete last batch
 * dropped. A pure function of seed and step, so a run resumes anywhere without any state.
 *
 * @param rows - number of rows of the training set, at least `rowsPerStep`
 * @param step - from 1
 * @returns [rowsPerStep] row indices
 */
export function rowsOfStep({
  rows,
  rowsPerStep,
  seed,
  step,
}: {
  readonly rows: number;
  readonly rowsPerStep: number;
  readonly seed: number;
  readonly step: number;
}): number[] {
  const stepsPerEpoch = Math.floor(rows / rowsPerStep);
  const epoch = Math.floor((step - 1) / stepsPerEpoch);
  const start = ((step - 1) % stepsPerEpoch) * rowsPerStep;
  const order = new RandomStream(seed, epoch).shuffle(Array.from({ length: rows }, (_, row) => row));
  return order.slice(start, start + rowsPerStep);
}
