import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { BENCHMARK_NAMES } from '#shared/benchmarks/benchmark-names.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-benchmarks-'));
  await mkdir(join(folder, 'benchmarks'));
  await writeFile(join(folder, 'benchmarks/aime24.jsonl'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function listed(...args: readonly string[]): string {
  const main = join(packageRoot, 'cli/main.ts');
  const env = { ...process.env, ONESHOT_DATA: folder };
  return spawnSync(process.execPath, [main, 'benchmarks', ...args], { env, encoding: 'utf8' }).stdout;
}

describe('oneshot benchmarks', () => {
  it('says of each how it is sampled, under which licence it stands and where it is', () => {
    const lines = listed('--json')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ name }) => name)).toEqual([...BENCHMARK_NAMES]);
    expect(lines[1]).toEqual({
      name: 'aime24',
      title: 'AIME 2024',
      samples: 8,
      temperature: 0.6,
      maxTokens: 3072,
      expectedTokens: 900,
      problems: 30,
      licence: 'none stated; problems © MAA, as collected on AoPS',
      file: join(folder, 'benchmarks/aime24.jsonl'),
      present: true,
    });
    expect(lines[0]).toMatchObject({ name: 'math500', present: false });
    expect(lines[7]).toMatchObject({ name: 'micro-aime24', problems: 30, file: null, present: true });
  });

  it('names the command that gets what is missing', () => {
    const text = listed();
    expect(text).toMatch(/^aime24 +30 +8 at 0\.6 +3072 +900 +here /m);
    expect(text).toMatch(/^math500 +500 +greedy +3072 +900 +not here /m);
    expect(text).toContain('"oneshot data pull"');
  });
});
