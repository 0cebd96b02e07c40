import { defineConfig } from 'vitest/config';
import { SLOW } from './vitest.full.config.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...SLOW, 'test/emulator/**', 'test/vllm/**', 'test/long/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    onConsoleLog: (log) => {
      throw new Error(`unexpected console output in a test: ${log}`);
    },
  },
});
