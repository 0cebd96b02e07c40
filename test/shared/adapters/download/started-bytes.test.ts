import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startedBytes } from '#shared/adapters/download/part-file.ts';

it('startedBytes counts the largest beginning of a file, and of no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-started-'));
  expect(await startedBytes(join(folder, 'none', 'file'))).toBe(0);
  await writeFile(join(folder, 'released.dGFn.file.part'), 'x'.repeat(7));
  await writeFile(join(folder, 'released.dGFu.file.part'), 'x'.repeat(5));
  await writeFile(join(folder, 'released.dGFn.another.part'), 'x'.repeat(9));
  expect(await startedBytes(join(folder, 'file'))).toBe(7);
  await rm(folder, { recursive: true });
});
