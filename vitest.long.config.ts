import { defineConfig } from 'vitest/config';

/** What takes minutes: run by hand. */
export default defineConfig({ test: { include: ['test/long/**/*.test.ts'] } });
