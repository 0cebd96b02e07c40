import { defineConfig } from 'vitest/config';

/** What needs an emulator of AWS: Python programs that are installed on first use. Files mostly wait, so four run. */
export default defineConfig({
  test: {
    include: ['test/emulator/**/*.test.ts'],
    globalSetup: 'test/emulator/global-setup.ts',
    pool: 'forks',
    maxWorkers: 4,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
