import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes most of a minute each, or needs programs of the machine, such as a browser. */
export const SLOW = [
  'test/full/**/*.test.ts',
  'test/model/**/*.test.ts',
  'test/functions/rounds/amend-schedules.test.ts',
  'test/functions/rounds/schedules.test.ts',
  'test/shared/verifier/fuzz.test.ts',
  'test/shared/verifier/mutants.test.ts',
  'test/e2e/amend.test.ts',
  'test/e2e/bad-input.test.ts',
  'test/e2e/completions.test.ts',
  'test/e2e/eval.test.ts',
  'test/e2e/eval-run.test.ts',
  'test/e2e/own-data.test.ts',
  'test/e2e/package.test.ts',
  'test/e2e/serve.test.ts',
  'test/e2e/verify.test.ts',
  'test/e2e/watch.test.ts',
  'test/cli/compare/compare.test.ts',
  'test/cli/data/published-data.test.ts',
  'test/cli/removal/removal.test.ts',
  'test/cli/report/report.test.ts',
  'test/cli/samples/write-samples.test.ts',
  'test/functions/generate/model-server/model-server.test.ts',
  'test/trainer/microcosm/pretrain.test.ts',
  'test/trainer/engine-isolation.test.ts',
  'test/examples/evaluate-over-http.test.ts',
];

/** Minutes each: begun last, one of them would keep one worker busy while the others have nothing left. */
const LONGEST = ['learning', 'kill', 'trainer-mutants', 'interruption', 'scripted-server', 'engine-failure'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) =>
      LONGEST.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // A test that hangs fails in the end; a busy machine fails none.
  test: {
    include: SLOW,
    sequence: { sequencer: LongestFirst },
    setupFiles: 'test/fixed-seed.ts',
    testTimeout: 900_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
  },
});
