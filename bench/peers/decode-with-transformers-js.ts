/** Decodes with transformers.js and says how long it took: `decode-with-transformers-js.ts FOLDER REQUEST`. */
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answer, type Measurable, secondsSince } from '../inference/answer.ts';
import { type DecodeCase, type Decoded, promptsOf } from '../inference/decode-request.ts';

/** As much of the package as is used. */
interface Package {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoModelForCausalLM: {
    from_pretrained(
      name: string,
      options: { dtype: string; device: 'cpu'; session_options: { intraOpNumThreads: number } },
    ): Promise<Model>;
  };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: number[]) => Tensor;
}
interface Tensor {
  readonly dims: readonly number[];
}
interface Model {
  readonly config: { readonly vocab_size: number };
  generate(options: {
    inputs: Tensor;
    attention_mask: Tensor;
    do_sample: false;
    min_new_tokens: number;
    max_new_tokens: number;
    eos_token_id: null;
  }): Promise<Tensor>;
}

class TransformersJs implements Measurable {
  readonly #model: Model;
  readonly #Tensor: Package['Tensor'];

  constructor(model: Model, tensor: Package['Tensor']) {
    this.#model = model;
    this.#Tensor = tensor;
  }

  /** The prompts' time is that of a generation of one token, and the steps' what a longer one takes beyond it. */
  async measure(of: DecodeCase): Promise<Decoded['cases'][number]> {
    const first = await this.#generate(of, 1);
    const all = await this.#generate(of, of.steps + 1);
    return { prompt_tokens: of.rows * of.prompt, prompt_seconds: first, step_seconds: all - first };
  }

  async #generate(of: DecodeCase, tokens: number): Promise<number> {
    const prompts = promptsOf(of, this.#model.config.vocab_size);
    const ids = Array.from({ length: of.rows }, (_, row) => prompts[row % of.prompts] as number[]).flat();
    const dims = [of.rows, of.prompt];
    const start = performance.now();
    const made = await this.#model.generate({
      inputs: new this.#Tensor('int64', BigInt64Array.from(ids, BigInt), dims),
      attention_mask: new this.#Tensor('int64', new BigInt64Array(ids.length).fill(1n), dims),
      do_sample: false,
      min_new_tokens: tokens,
      max_new_tokens: tokens,
      eos_token_id: null,
    });
    const seconds = secondsSince(start);
    if (made.dims[1] !== of.prompt + tokens) throw new Error('a sequence ended early');
    return seconds;
  }
}

const [folder = ''] = process.argv.slice(2);
const main = createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers');
const { env, AutoModelForCausalLM, Tensor } = (await import(pathToFileURL(main).href)) as Package;
await answer(async ({ model, threads }) => {
  env.localModelPath = dirname(model);
  env.allowRemoteModels = false;
  const options = { dtype: 'q4', device: 'cpu', session_options: { intraOpNumThreads: threads } } as const;
  return new TransformersJs(await AutoModelForCausalLM.from_pretrained(basename(model), options), Tensor);
});
