import { setTimeout as sleep } from 'node:timers/promises';
import type { Evaluation, EvaluationBody } from '#functions/client/create-client.ts';
import { OWN_SET } from '#shared/benchmarks/benchmark-names.ts';
import { foreignCode, KnownError } from '#shared/errors.ts';
import { Digest } from '#shared/records/ids.ts';
import type { Summary } from '#shared/records/summary.ts';
import { serverClient } from '../results/server-client.ts';
import { Progress } from '../terminal/progress.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { assertCovered } from './assert-covered.ts';
import { AUTO } from './choose-generator.ts';
import type { EvalOptions } from './eval-options.ts';
import { tellScores } from './tell-scores.ts';

const POLL_MS = 500;

export type ServedEvalOptions = Omit<EvalOptions, 'home' | 'aws' | 'workers' | 'threads'> & {
  readonly completions?: string | undefined;
};

/**
 * Has a server score a model that is stored there, and waits for it. The server goes on by itself when the command ends.
 *
 * @param url - of its API
 * @throws {ApiError} of whatever the API answers; with the code of a refusal; `evaluation-incomplete`
 */
export async function evalServed(model: string, url: string, options: ServedEvalOptions): Promise<void> {
  const client = serverClient(url);
  const progress = new Progress(process.stderr, options.json);
  const { evaluation } = await client.requestEvaluation({ body: requestOf(model, options) });
  let read: Evaluation = await client.readEvaluation({ evaluation });
  while (!read.over) {
    const { shards = 0, done = 0 } = read.coverage ?? {};
    const text = shards === 0 ? 'preparing the evaluation' : `evaluating: ${done} of ${shards} shards`;
    progress.show({ phase: 'evaluating', text, numbers: { done, shards } });
    await sleep(POLL_MS);
    read = await client.readEvaluation({ evaluation });
  }
  progress.clear();
  if (read.refused || !read.summary) {
    const { code, detail } = read.refused ?? { code: 'cancelled', detail: 'it was cancelled.' };
    throw new KnownError(foreignCode(code), `The evaluation ${evaluation} was refused: ${detail}`);
  }
  const summary = read.summary as Summary; // of its schema, which the client's type is made of
  tellScores(summary, options.graders ?? ['reward'], options.json);
  assertCovered(summary);
}

function requestOf(model: string, options: ServedEvalOptions): EvaluationBody {
  const {
    benchmarks = [],
    graders,
    template,
    limit,
    maxTokens,
    samples,
    generator,
    precision,
    completions,
  } = options;
  if (!Digest.safeParse(model).success)
    throw usage(`--server scores a model that is stored there, by the digest that \`model push\` prints`);
  const own = benchmarks.find((name) => name.endsWith(OWN_SET));
  if (own !== undefined) throw usage(`--server scores by benchmarks that are stored there, not by ${own}`);
  const by =
    completions === undefined
      ? generator === undefined || generator === AUTO || generator === 'onnx'
        ? ('onnx' as const)
        : { endpoint: generator }
      : { recorded: completions };
  return {
    model,
    benchmarks,
    graders,
    template,
    limit,
    maxTokens,
    samples,
    generator: by,
    precision: decoderPrecision(precision),
  };
}

function decoderPrecision(precision: EvalOptions['precision']): EvaluationBody['precision'] {
  if (precision === 'bf16') throw usage('--server scores in fp32, int8 or int4, or as its endpoint computes');
  return precision;
}

function usage(what: string): UsageError {
  return new UsageError('oneshot eval', what);
}
