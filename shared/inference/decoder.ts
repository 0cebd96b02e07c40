import { KnownError, messageOf } from '../errors.ts';
import { checkWeights } from './check-weights.ts';
import { DecodeBatch } from './decode-batch.ts';
import { decoderGraph } from './graph/decoder-graph.ts';
import { integerBytes } from './graph/linear-layers.ts';
import { type RotaryTable, rotaryTable } from './graph/rotary.ts';
import type { WeightPrecision } from './graph/weight-precision.ts';
import { type ModelConfig, readModelConfig } from './model-config.ts';
import { locateWeights, type Weight } from './model-weights.ts';
import { type Prefilled, prefillPrompts } from './prefill.ts';
import { quantisedWeights } from './quantise/quantised-weights.ts';
import type { GraphSession } from './runtime/graph-session.ts';
import { openSession, type Way } from './runtime/open-session.ts';
import { ownOperators } from './runtime/own-operators.ts';
import { givesSigns } from './runtime/signed-bytes.ts';
import { type Scored, scoreContinuations } from './score-continuations.ts';

/** A model in ONNX Runtime on the CPU. */
export class Decoder {
  readonly config: ModelConfig;
  readonly precision: WeightPrecision;
  readonly #session: GraphSession;
  #rotary: RotaryTable | undefined;

  constructor(config: ModelConfig, precision: WeightPrecision, session: GraphSession) {
    this.config = config;
    this.precision = precision;
    this.#session = session;
  }

  /** How ONNX Runtime is driven. */
  get way(): GraphSession['way'] {
    return this.#session.way;
  }

  /**
   * Runs prompts, which become rows of a cache of their own, in their order.
   *
   * @param prompts - each of at least one token
   */
  async prefill(prompts: readonly (readonly number[])[]): Promise<Prefilled> {
    return prefillPrompts(prompts, this.#session, this.config, this.#rotaryOf);
  }

  /** See `scoreContinuations`. */
  async score(
    prompt: readonly number[],
    continuations: readonly (readonly number[])[],
  ): Promise<readonly Scored[]> {
    return scoreContinuations(prompt, continuations, this.#session, this.config, this.#rotaryOf);
  }

  /**
   * Room for rows that are decoded together.
   *
   * @param rows - the most there may be at a time
   * @param positions - tokens that each has room for
   */
  batch(rows: number, positions: number): DecodeBatch {
    return new DecodeBatch({
      ...{ session: this.#session, config: this.config, rows, positions },
      rotary: this.#rotaryOf(positions),
    });
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  /** The angles of so many positions or more; made once, and once more where a longer one is asked for. */
  readonly #rotaryOf = (positions: number): RotaryTable => {
    if (this.#rotary === undefined || (this.#rotary.cos.dims[0] as number) < positions)
      this.#rotary = rotaryTable(
        this.config,
        Math.max(positions, Math.min(2 * positions, this.config.context)),
      );
    return this.#rotary;
  };
}

export interface DecoderOptions {
  /** That an operator may use, as far as the model has heads; results do not depend on it. */
  readonly threads: number;
  readonly precision?: WeightPrecision;
  /** Which way to drive ONNX Runtime; the faster that works, where none is given. */
  readonly way?: Way;
  /** Whether operators of ours take the place of the library's where they can; the bits are the same. */
  readonly operators?: 'own' | 'library';
}

/**
 * Opens a Hugging Face folder. Weights in fp32 are mapped from its files, others converted as they are loaded; those of less bits
 * are mapped from a file that is made the first time, and that alone is needed then.
 *
 * @throws {KnownError} where the folder is incomplete, damaged or of an unsupported architecture
 */
export async function loadDecoder(
  directory: string,
  { threads, precision = 'fp32', way, operators = 'own' }: DecoderOptions,
): Promise<Decoder> {
  const config = await readModelConfig(directory);
  const weights =
    precision === 'fp32'
      ? await checkedWeights(directory, config)
      : await quantisedWeights(directory, config, precision);
  try {
    const found = operators === 'own' && way !== 'copying' ? await ownOperators() : undefined;
    const file = found?.file;
    const bytes = found?.file !== undefined && found.products;
    const options = { folder: directory, threads: usefulThreads(threads, config) };
    const graph = decoderGraph(config, weights, {
      precision,
      signedBytes: !bytes && (await givesSigns(integerBytes(precision, config), process.availableMemory())),
      ...(file === undefined ? {} : { own: { bytes, threads: options.threads } }),
    });
    const session = await openSession(
      graph,
      file === undefined ? options : { ...options, operators: file },
      way,
    );
    return new Decoder(config, precision, session);
  } catch (cause) {
    throw new KnownError(
      'model-load-failed',
      `ONNX Runtime could not open the model in ${directory}: ${messageOf(cause)}. ` +
        'Copy the files themselves into one folder, without links to other folders.',
      { cause },
    );
  }
}

/**
 * Attention over one new token gives each thread whole heads. Where there are fewer of these than threads, ONNX Runtime cuts a long
 * row into parts, which adds in another order.
 */
function usefulThreads(threads: number, { heads }: ModelConfig): number {
  return Math.min(threads, heads);
}

async function checkedWeights(directory: string, config: ModelConfig): Promise<ReadonlyMap<string, Weight>> {
  const weights = await locateWeights(directory);
  await checkWeights(directory, config, weights);
  return weights;
}
