/** Decodes with node-llama-cpp and says how long it took: `decode-with-node-llama-cpp.ts FOLDER REQUEST`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer, type Measurable, secondsSince } from '../inference/answer.ts';
import { type DecodeCase, type Decoded, promptsOf } from '../inference/decode-request.ts';

/** As much of the package as is used. */
interface Package {
  getLlama(options: { gpu: false; build: 'never'; maxThreads: number; logLevel: 'error' }): Promise<{
    loadModel(options: { modelPath: string }): Promise<Model>;
  }>;
}
interface Model {
  createContext(options: {
    sequences: number;
    contextSize: number;
    batchSize: number;
    threads: number;
  }): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
}
interface Sequence {
  evaluate(
    tokens: readonly number[],
    options: { temperature: 0; yieldEogToken: true },
  ): AsyncGenerator<number>;
}

/** Of SmolLM2: the package does not say it. */
const VOCABULARY = 49_152;
const MOST_BATCH_TOKENS = 2048;

class NodeLlamaCpp implements Measurable {
  readonly #model: Model;
  readonly #threads: number;

  constructor(model: Model, threads: number) {
    this.#model = model;
    this.#threads = threads;
  }

  async measure(of: DecodeCase): Promise<Decoded['cases'][number]> {
    const context = await this.#model.createContext({
      sequences: of.rows,
      contextSize: of.prompt + of.steps + 1,
      batchSize: Math.min(MOST_BATCH_TOKENS, of.rows * of.prompt),
      threads: this.#threads,
    });
    const prompts = promptsOf(of, VOCABULARY);
    const start = performance.now();
    const rows = Array.from({ length: of.rows }, (_, row) =>
      context
        .getSequence()
        .evaluate(prompts[row % of.prompts] as number[], { temperature: 0, yieldEogToken: true }),
    );
    await Promise.all(rows.map((row) => row.next()));
    const prompt_seconds = secondsSince(start);
    const between = performance.now();
    await Promise.all(
      rows.map(async (row) => {
        for (let step = 0; step < of.steps; step++)
          if ((await row.next()).done) throw new Error('a sequence ended early');
      }),
    );
    const step_seconds = secondsSince(between);
    await context.dispose();
    return { prompt_tokens: of.rows * of.prompt, prompt_seconds, step_seconds };
  }
}

const [folder = ''] = process.argv.slice(2);
const main = createRequire(join(folder, 'package.json')).resolve('node-llama-cpp');
const { getLlama } = (await import(pathToFileURL(main).href)) as Package;
await answer(async ({ model, threads }) => {
  const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads, logLevel: 'error' });
  return new NodeLlamaCpp(await llama.loadModel({ modelPath: model }), threads);
});
process.exit(); // its threads would keep the process
