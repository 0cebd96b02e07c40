import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { installPeer, peersFolder } from '../peers/install-peer.ts';
import { runProgram } from '../peers/run-program.ts';
import type { Turn } from './turn.ts';
import type { Workload } from './workloads.ts';

/** Smallest, median and greatest. */
const spread = z.tuple([z.number(), z.number(), z.number()]);
const Said = z.object({
  step_s: spread,
  rollout_tok_s: spread,
  train_tok_s: spread,
  foreign_pct: z.number(),
  dropped_options: z.array(z.string()).max(0),
});
/** A step that others disturb is taken again, but no turn lasts longer than this and one more step. */
const MAX_SECONDS = 120;

/** Installs TRL where it is not yet. @returns the interpreter that has it */
export function installTrl(): string {
  return installPeer(
    'trl',
    ['torch==2.13.0'], // first, so that no build for another device is pulled
    ['transformers==5.23.0', 'trl==1.16.0', 'datasets', 'accelerate'],
  );
}

/** The peer: TRL's GRPOTrainer, by a runner among the third-party data. */
export class Trl {
  readonly #python = installTrl();
  readonly #anchors: string;
  readonly #threads: number;

  /** @param anchors - the folder `$ONESHOT_DATA/anchors`, which holds the programs that run TRL */
  constructor(anchors: string, threads: number) {
    this.#anchors = anchors;
    this.#threads = threads;
  }

  /** Hugging Face folder of a random model, made once. */
  async model(shape: Workload['shape']): Promise<string> {
    const folder = join(peersFolder, 'models', shape);
    // The last of its files.
    if (!existsSync(join(folder, 'tokenizer_config.json'))) {
      await runProgram(this.#python, [join(this.#anchors, 'make_model.py'), folder, '--shape', shape]);
    }
    return folder;
  }

  /** Writes completions of a first step, with its loss and gradient norm, into a JSON file. */
  async dump(model: string, workload: Workload, file: string): Promise<void> {
    await this.#steps(model, workload, ['--steps', '1', '--warmup', '0', '--max-s', '1', '--dump', file]);
  }

  async turn(model: string, workload: Workload): Promise<Turn> {
    const counts = ['--steps', String(workload.steps + 1), '--warmup', '1', '--max-s', String(MAX_SECONDS)];
    const { said, peakRssBytes } = await this.#steps(model, workload, counts);
    const { step_s, rollout_tok_s, train_tok_s, foreign_pct } = Said.parse(said);
    return {
      stepSeconds: step_s[1],
      rolloutTokensPerSecond: rollout_tok_s[1],
      updateTokensPerSecond: train_tok_s[1],
      foreignPercent: foreign_pct,
      peakRssBytes,
    };
  }

  #steps(model: string, workload: Workload, more: readonly string[]) {
    const { mode, prompts, samples, maxTokens } = workload;
    const sizes = { P: prompts, n: samples, L: maxTokens, threads: this.#threads };
    return runProgram(this.#python, [
      join(this.#anchors, 'trl_step.py'),
      ...['--model', model, '--mode', mode],
      ...Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...more,
    ]);
  }
}
