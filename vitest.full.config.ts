import { defineConfig } from 'vitest/config';

/** What needs programs of the machine, such as a browser. */
export default defineConfig({
  test: { include: ['test/full/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
