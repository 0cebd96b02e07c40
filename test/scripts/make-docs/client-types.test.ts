import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, it } from 'vitest';
import type {
  Comparison,
  Evaluation,
  EvaluationBody,
  Operations,
  Sample,
} from '#functions/client/create-client.ts';
import type { Comparison as ComparisonView } from '#functions/results/evaluations/comparison-view.ts';
import type { EvaluationView } from '#functions/results/evaluations/evaluation-view.ts';
import type { Sample as SampleView } from '#functions/results/evaluations/sample-view.ts';
import type { RunPage } from '#functions/results/runs/run-view.ts';
import { clientTypes } from '#scripts/make-docs/client-types.ts';

it('functions/client/api-types.ts is what the routes say of themselves', async () => {
  expect(readFileSync('functions/client/api-types.ts', 'utf8')).toBe(await clientTypes());
});

it('what the API answers has the types that the client promises', () => {
  expectTypeOf<EvaluationView>().toExtend<Evaluation>();
  expectTypeOf<ComparisonView>().toExtend<Comparison>();
  expectTypeOf<SampleView>().toExtend<Sample>();
  expectTypeOf<RunPage>().toExtend<Operations['listRuns']['output']>();
  expectTypeOf<{ model: string; benchmarks: string[] }>().toExtend<EvaluationBody>();
});
