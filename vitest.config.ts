import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.full.config.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...SLOW, 'test/emulator/**', 'test/vllm/**', 'test/long/**'],
    setupFiles: 'test/fixed-seed.ts',
    pool: 'forks',
    maxWorkers: 2,
    // A test that hangs fails in the end; a busy machine fails none.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    onConsoleLog: (log) => {
      throw new Error(`unexpected console output in a test: ${log}`);
    },
  },
});
