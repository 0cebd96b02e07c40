import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/full/**', 'test/long/**', 'test/emulator/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    onConsoleLog: (log) => {
      throw new Error(`unexpected console output in a test: ${log}`);
    },
  },
});
