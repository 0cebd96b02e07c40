import { defineConfig } from 'vitest/config';

/** What needs a real vLLM server: its CPU build is installed on first use. */
export default defineConfig({
  test: {
    include: ['test/vllm/**/*.test.ts'],
    globalSetup: 'test/vllm/global-setup.ts',
    pool: 'forks',
    maxWorkers: 1,
    // A start takes half a minute, on a busy machine four.
    testTimeout: 1_200_000,
    hookTimeout: 1_800_000,
  },
});
