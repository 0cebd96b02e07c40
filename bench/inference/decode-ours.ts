/** Decodes with our decoder and says how long it took: `decode-ours.ts PRECISION WAY REQUEST`. */
import { type Decoder, loadDecoder } from '#shared/inference/decoder.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { mostProbable } from '#shared/sampling/inverse-cdf.ts';
import { answer, type Measurable, secondsSince } from './answer.ts';
import { type DecodeCase, type Decoded, promptsOf } from './decode-request.ts';

class Ours implements Measurable {
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  async measure(of: DecodeCase): Promise<Decoded['cases'][number]> {
    const decoder = this.#decoder;
    const { vocabulary } = decoder.config;
    const prompts = promptsOf(of, vocabulary);
    const start = performance.now();
    const prefilled = await decoder.prefill(prompts);
    let tokens = Array.from({ length: of.rows }, (_, row) =>
      mostProbable(prefilled.logits.subarray((row % of.prompts) * vocabulary).subarray(0, vocabulary)),
    );
    const prompt_seconds = secondsSince(start);
    const between = performance.now();
    const batch = decoder.batch(of.rows, of.prompt + of.steps);
    for (let row = 0; row < of.rows; row++) batch.add(prefilled, row % of.prompts);
    for (let step = 0; step < of.steps; step++) {
      const { best } = await batch.step(tokens);
      tokens = tokens.map((_, row) => Number(best[row]));
    }
    batch.release();
    return { prompt_tokens: of.prompts * of.prompt, prompt_seconds, step_seconds: secondsSince(between) };
  }
}

const [precision, way] = process.argv.slice(2) as [WeightPrecision, Decoder['way']];
await answer(async ({ model, threads }) => new Ours(await loadDecoder(model, { threads, precision, way })));
