import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.full.config.ts';

/** Tests that put something else in a module's place: that must not meet the modules of other files. */
const MOCKING = globSync('test/**/*.test.ts').filter((file) =>
  /\bvi\.(mock|doMock|resetModules)\(/.test(readFileSync(file, 'utf8')),
);

const ELSEWHERE = [...SLOW, 'test/emulator/**', 'test/vllm/**', 'test/long/**'];

export default defineConfig({
  test: {
    setupFiles: 'test/fixed-seed.ts',
    pool: 'forks',
    maxWorkers: 2,
    // A test that hangs fails in the end; a busy machine fails none.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    onConsoleLog: (log) => {
      throw new Error(`unexpected console output in a test: ${log}`);
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: [...ELSEWHERE, ...MOCKING],
          // Evaluating every module anew for each file took a quarter of all processor time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'mocking', include: MOCKING, exclude: ELSEWHERE } },
    ],
  },
});
