import { KnownError } from '#shared/errors.ts';

/** One row's history: how many of 8 completions were right, each time the row was trained on. */
interface History {
  readonly row: number;
  /** In eighths: 0…8. */
  readonly eighths: readonly number[];
}

/**
 * Rows by the population variance of their accuracy history, largest first: π_j is element j − 1. Ties are exact, since
 * floating point would split them, and stay in the order of the file's keys, which `JSON.parse` would sort.
 *
 * @param text - `acc_step_500.json`: an object of row index → list of accuracies in eighths
 * @throws {KnownError} `data-invalid` for a text that is no such history
 * @see Wang et al. 2025, arXiv:2504.20571, Eq. 1–2
 */
export function rankByVariance(text: string): number[] {
  return readHistories(text)
    .toSorted((one, other) => compareVariance(other, one)) // stable
    .map(({ row }) => row);
}

/** Order of the variances (n·Σc² − (Σc)²) / n², by whole numbers below 2^53. */
function compareVariance(one: History, other: History): number {
  const scaled = ({ eighths }: History) => {
    const sum = eighths.reduce((total, count) => total + count, 0);
    return eighths.length * eighths.reduce((total, count) => total + count * count, 0) - sum * sum;
  };
  return scaled(one) * other.eighths.length ** 2 - scaled(other) * one.eighths.length ** 2;
}

function readHistories(text: string): History[] {
  const histories = [...text.matchAll(/"(\d+)"\s*:\s*\[([^\][]*)\]/g)].map(([, row, list]) => ({
    row: Number(row),
    eighths: (list as string).split(',').map((value) => Number(value) * 8),
  }));
  const valid = histories.every(({ eighths }) =>
    eighths.every((count) => Number.isInteger(count) && count >= 0 && count <= 8),
  );
  if (valid && histories.length > 0) return histories;
  throw new KnownError(
    'data-invalid',
    'The accuracy history is not an object of row index → accuracies in eighths. Fetch the file again.',
  );
}
