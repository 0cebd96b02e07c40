import { z } from '@hono/zod-openapi';
import { hasCode, KnownError } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { GraderName, VerdictKind } from '#shared/records/evaluations.ts';
import { Digest, ProblemId, RunId } from '#shared/records/ids.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import { graderOf, newestRound } from '../evaluations/newest-round.ts';
import { judgedBy } from '../evaluations/sample-view.ts';
import { samplesOfProblem } from '../evaluations/samples-of-problem.ts';
import type { ResultsPorts } from '../results-ports.ts';
import { checkpointLine } from './checkpoint-line.ts';
import { findRun } from './find-run.ts';

/** Evaluations that are read at a time. */
const READERS = 8;

export const ProblemQuery = z.object({
  grader: GraderName.optional().meta({ description: 'The first of each evaluation by default.' }),
});

const Attempt = z.object({
  ...{ sample: z.number().int(), tokens: z.number().int(), truncated: z.boolean() },
  ...{ verdict: VerdictKind, extracted: z.string().nullable(), reason: z.string() },
});

/** One problem through a run: what each checkpoint made of it. */
export const ProblemHistory = z
  .object({
    run: RunId,
    problem: ProblemId,
    question: z.string(),
    gold: z.union([z.string(), z.array(z.string())]),
    checkpoints: z.array(
      z.object({
        ...{ step: z.number().int(), evaluation: Digest, grader: GraderName },
        samples: z.array(Attempt).meta({ description: 'Those that are scored.' }),
      }),
    ),
  })
  .openapi('ProblemHistory');
export type ProblemHistory = z.infer<typeof ProblemHistory>;

type Ports = Pick<ResultsPorts, 'store' | 'lists'>;

/** @throws {KnownError} `run-unknown`, `problem-unknown`, `grader-unknown` */
export async function readProblem(
  run: string,
  problem: string,
  wanted: GraderName | undefined,
  ports: Ports,
): Promise<ProblemHistory> {
  await findRun(run, ports.store);
  const line = await checkpointLine(run, ports);
  const read = await inParallel(
    line,
    READERS,
    async ({ checkpoint: { step, evaluation: request }, evaluation }) => {
      if (request === null || evaluation === null) return undefined;
      const asked = (await readProblemsById(ports.store, request)).get(problem);
      if (!asked) return undefined;
      const grader = graderOf(wanted, request);
      return {
        asked,
        shown: { step, evaluation, grader, samples: await attemptsAt(evaluation, problem, grader, ports) },
      };
    },
  );
  const found = read.filter((each) => each !== undefined);
  const asked = found.at(-1)?.asked;
  if (!asked) {
    const message = `No checkpoint of run ${run} is asked the problem ${problem}. Take one of its evaluations' samples.`;
    throw new KnownError('problem-unknown', message);
  }
  const { problem: question, answer: gold } = asked;
  return { run, problem, question, gold, checkpoints: found.map(({ shown }) => shown) };
}

async function attemptsAt(
  evaluation: string,
  problem: string,
  grader: GraderName,
  ports: Ports,
): Promise<z.infer<typeof Attempt>[]> {
  const round = await newestRound(evaluation, ports).catch((error: unknown) => {
    if (hasCode(error, 'evaluation-unknown')) return undefined; // the checkpoint waits for somebody to ask for it
    throw error;
  });
  const judged = round ? await samplesOfProblem(round, problem, ports.store) : [];
  return judged.map((item) => {
    const { sample, tokens, truncated } = item;
    const { grader: _, ...verdict } = judgedBy(grader, item);
    return { sample, tokens, truncated, ...verdict };
  });
}
