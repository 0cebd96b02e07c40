import { verifyOptionsOf } from '#shared/benchmarks/verify-options.ts';
import { KnownError } from '#shared/errors.ts';
import type { GraderName, Item } from '#shared/records/evaluations.ts';
import { readProblemsById } from '#shared/storage/problem-sets.ts';
import type { VerifyOptions } from '#shared/verifier/verification.ts';
import { newestRound } from '../../results/evaluations/newest-round.ts';
import { readSample } from '../../results/evaluations/read-sample.ts';
import type { DashboardPorts } from '../dashboard-ports.ts';

/** A sample as the verifier takes it: a line of `oneshot verify --batch`, or a case of `POST /v1/verify`. */
export interface VerifierCase {
  readonly id: string;
  readonly gold: string | readonly string[];
  readonly completion: string;
  readonly mode: GraderName;
  readonly options: VerifyOptions;
}

/** Cases of one sample, one for each of its graders; as JSON it is the body of `POST /v1/verify`. */
export interface CaseData {
  readonly question: string;
  readonly cases: readonly VerifierCase[];
}

/** Gathers the page of test cases. @throws {KnownError} `evaluation-unknown`, `sample-unknown`, `problem-unknown` */
export async function readCaseData(evaluation: string, item: Item, ports: DashboardPorts): Promise<CaseData> {
  const { completion, verdicts } = await readSample(evaluation, item.problem, item.sample, ports);
  const { request } = await newestRound(evaluation, ports);
  const problem = (await readProblemsById(ports.store, request)).get(item.problem);
  if (!problem)
    throw new KnownError('problem-unknown', `The evaluation's problem sets have no problem ${item.problem}.`);
  const cases = verdicts.map(({ grader }) => ({
    id: `${evaluation}/${item.problem}/${item.sample}/${grader}`,
    ...{ gold: problem.answer, completion, mode: grader, options: verifyOptionsOf(problem) },
  }));
  return { question: problem.problem, cases };
}
