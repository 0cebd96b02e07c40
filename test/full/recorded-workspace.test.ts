import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localApi } from '#cli/serve/local-api.ts';
import type { Api } from '#functions/api/app.ts';
import { judgesHere } from '#functions/api/verify/judges.ts';
import { newToken } from '#functions/tokens/new-token.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { EvaluationRequest } from '#shared/records/evaluations.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { TestRun } from './resume/test-run.ts';
import { type Trajectory, trajectoryOf } from './resume/trajectory.ts';

const STORE = 'test/golden/workspace/store';
const STEPS = 4;
const { token, sha256 } = newToken();
const end = readJson('test/golden/workspace/end.json') as Trajectory;
const evaluations = readdirSync(`${STORE}/evaluations`);

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

describe('a workspace that an earlier version wrote', () => {
  let run: TestRun;
  let workspace: Workspace;
  let api: Api;

  beforeAll(async () => {
    run = await TestRun.restore(STORE, STEPS);
    workspace = openWorkspace(run.home);
    api = localApi(workspace, sha256, {
      judges: judgesHere(60_000),
      endpoints: {},
      precision: 'fp32' as const,
      concurrency: {},
      trouble: () => undefined,
      log: (entry) => {
        throw new Error(JSON.stringify(entry));
      },
    }).app;
  });
  afterAll(async () => {
    workspace.close();
    await run[Symbol.asyncDispose]();
  });

  async function get(path: string): Promise<unknown> {
    const answer = await api.request(path, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    return answer.json();
  }

  it('names its evaluations by the same ids', () => {
    expect(evaluations).toHaveLength(2);
    for (const evaluation of evaluations) {
      const request = EvaluationRequest.parse(readJson(`${STORE}/evaluations/${evaluation}/request.json`));
      expect(evaluationId(request)).toBe(evaluation);
    }
  });

  it('shows its run with the metrics and scores of its checkpoints', async () => {
    const [first, second] = end.checkpoints;
    expect(await get(`/v1/runs/${TestRun.name}`)).toMatchObject({
      recipe: 'micro-pi1',
      config: { steps: STEPS, reward: { kind: 'random', probability: 0.5 } },
      steps: second?.steps,
      checkpoints: [first, second].map((checkpoint) => ({
        step: checkpoint?.step,
        model: checkpoint?.model,
        evaluation: expect.toBeOneOf(evaluations),
        scores: { reward: { average: { mean: 0 } } },
      })),
    });
  });

  it.each(evaluations)('shows evaluation %s with its summary and samples', async (evaluation) => {
    const summary = readJson(`${STORE}/evaluations/${evaluation}/rounds/00/summary.json`);
    expect(await get(`/v1/evaluations/${evaluation}`)).toMatchObject({ status: 'done', summary });
    const samples = (await get(`/v1/evaluations/${evaluation}/samples?limit=100`)) as { items: unknown[] };
    expect(samples.items).toHaveLength(24);
  });
});

it('a run that an earlier version began is resumed to the end that it would have had', async ({ skip }) => {
  await using run = await TestRun.restore(STORE, STEPS);
  const attempt = await run.drive();
  const isOtherHost = attempt.lines.at(-1)?.['code'] === 'host-differs';
  const done = isOtherHost ? await run.drive([], { inexact: true }) : attempt;
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(run.times('after sample')).toBe(1); // step 3 comes from the journal
  expect(run.times('after optim_step')).toBe(2);
  const resumed = await trajectoryOf(run);
  expect(outline(resumed)).toEqual(outline(end));
  skip(isOtherHost, 'Bits are those of the recording only with its torch, transformers and instruction set.');
  expect(resumed).toEqual(end);
});

/** What is the same on every host: all but numbers and digests. */
function outline({ checkpoints, steps, journals }: Trajectory) {
  return {
    checkpoints: checkpoints.map(({ step, state, steps, evaluation }) => ({
      step,
      files: Object.keys(state),
      metrics: steps.map(({ metrics }) => Object.keys(metrics)),
      problemSets: evaluation?.problemSets,
      graders: evaluation?.graders,
    })),
    steps: Object.keys(steps),
    journals: Object.keys(journals),
  };
}
