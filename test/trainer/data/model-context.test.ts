import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { modelContext } from '#trainer/data/model-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-context-'));
afterAll(() => rm(folder, { recursive: true }));

it("is the model's own number of positions, unbounded where it names none", async () => {
  expect(await modelContext('trainer/microcosm/bases/habit-62-46')).toBeGreaterThan(0);
  expect(await modelContext('trainer/microcosm/bases/habit-62-46')).toBeLessThan(10_000);
  writeFileSync(join(folder, 'config.json'), '{}');
  expect(await modelContext(folder)).toBe(Number.POSITIVE_INFINITY);
});
