import { calibrationPass } from './calibration-pass.ts';
import { calibrationTokens, TEXT_TOKENS } from './calibration-tokens.ts';
import type { Directions } from './feedback.ts';
import type { MatrixSource } from './matrix-source.ts';
import { normalised, scaled, type TokenColumns } from './token-columns.ts';

/**
 * How much the first token of a text counts beside the mean of the others. Models have values in it that are hundreds of times larger
 * than any others, in a few places, alike in all texts, and every later token attends to it.
 *
 * @see Sun et al. 2024, "Massive Activations in Large Language Models"
 */
const FIRST = 0.3;
/** What an inner value counts at least, of the mean square: a few tokens say too little of one that they do not use. */
const LEAST = 0.3;

/** What is known of the values that some matrices read, each token's scaled to a mean square of 1. */
export interface Calibration {
  /** By the names of `matricesOf`, before the gains of a norm and after `innerScales`. */
  readonly directions: ReadonlyMap<string, Directions>;
  /**
   * What the inner values of a feed-forward are multiplied by, [intermediate], so that those which are large leave room for the rest:
   * `up_proj` makes them smaller, and `down_proj` takes that back. Rounding both sides costs least where a scale is the fourth root
   * of the ratio of their squares. The head has none.
   */
  readonly innerScales: Float64Array | undefined;
}

/**
 * Computes a model over two short texts. The same weights and tokenizer give the same numbers on every machine.
 *
 * @returns what is known of each layer's matrices, then of the head
 */
export async function* calibrate(source: MatrixSource): AsyncGenerator<Calibration> {
  const texts = await calibrationTokens(source.directory, source.config.vocabulary);
  for await (const inputs of calibrationPass(source, texts)) {
    const directions = new Map<string, Directions>();
    let innerScales: Float64Array | undefined;
    for (const [matrix, columns] of inputs) {
      let read = columns.map((each) => normalised(each, 0));
      if (matrix.endsWith('.down_proj')) {
        const scales = scalesOf(read);
        innerScales = scales;
        read = read.map((each) => normalised(scaled(each, scales), 0));
      }
      directions.set(matrix, directionsOf(read));
    }
    yield { directions, innerScales };
  }
}

/** Mean of first tokens, times the root of what they count, and mean of the others. */
function directionsOf(texts: readonly TokenColumns[]): Directions {
  const root = Math.sqrt(FIRST);
  const first = meanOver(texts, 0, 1, (value) => value).map((value) => value * root);
  return [first, meanOver(texts, 1, TEXT_TOKENS, (value) => value)];
}

function scalesOf(texts: readonly TokenColumns[]): Float64Array {
  const square = (value: number) => value * value;
  const first = meanOver(texts, 0, 1, square);
  const others = meanOver(texts, 1, TEXT_TOKENS, square);
  return others.map((value, i) => {
    const counted = value + FIRST * (first[i] as number) + LEAST;
    return 1 / Math.sqrt(Math.sqrt(counted));
  });
}

/** The mean over some tokens of all texts, [K]. */
function meanOver(
  texts: readonly TokenColumns[],
  from: number,
  to: number,
  of: (value: number) => number,
): Float64Array {
  const mean = new Float64Array((texts[0] as TokenColumns).length / TEXT_TOKENS);
  const count = texts.length * (to - from);
  for (const columns of texts)
    for (let i = 0; i < mean.length; i++)
      for (let token = from; token < to; token++)
        mean[i] = (mean[i] as number) + of(columns[i * TEXT_TOKENS + token] as number) / count;
  return mean;
}
