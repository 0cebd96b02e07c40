import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerFinding } from '#cli/doctor/worker-finding.ts';
import { measuredHere, speedsFile } from '#cli/workers/kept-speeds.ts';
import { type AskedSplit, type SplitWorld, settleSplit } from '#cli/workers/settle-split.ts';
import type { Split, SplitNeeds } from '#cli/workers/split.ts';

const AT = Date.UTC(2026, 11, 1);
let folder: string;
let measured: string[];
let told: string[];
let world: SplitWorld;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneshot-split-'));
  [measured, told] = [[], []];
  world = {
    cores: 8,
    file: speedsFile({ ONESHOT_CACHE: folder }),
    now: () => 0,
    date: () => AT,
    // The more workers, up to four, the faster.
    measure: async ({ workers, threads }: Split) => {
      measured.push(`${workers}×${threads}`);
      return 1000 * Math.min(workers, 4);
    },
    onSplit: (done, total) => told.push(`${done} of ${total}`),
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ample: SplitNeeds = { shards: 100, workerBytes: 1e9, freeBytes: 100e9 };
const settle = (asked: AskedSplit = {}, needs = ample) => settleSplit(asked, async () => needs, world);
const ALL = ['1×8', '2×4', '4×2', '8×1'];

it('is measured once and kept, and told of meanwhile', async () => {
  expect(await settle()).toEqual({ workers: 4, threads: 2 });
  expect(measured).toEqual(ALL);
  expect(told).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4']);
  expect(await settle()).toEqual({ workers: 4, threads: 2 });
  expect(await settle({}, { ...ample, shards: 2 })).toEqual({ workers: 2, threads: 4 });
  expect(measured).toEqual(ALL);
});

it.each([
  ['{ "schemaVersion"', 'cut short'],
  ['{}', 'empty'],
  [JSON.stringify({ schemaVersion: 1, of: {}, at: 0, speeds: [] }), 'without speeds'],
])('is measured again where what is kept is %s (%s)', async (text) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(world.file, text);
  expect(await settle()).toEqual({ workers: 4, threads: 2 });
  expect(measured).toEqual(ALL);
  expect(JSON.parse(readFileSync(world.file, 'utf8')).at).toBe(AT);
});

it.each(['processor', 'cores', 'decoder'] as const)('is measured again for another %s', async (name) => {
  await settle();
  const kept = JSON.parse(readFileSync(world.file, 'utf8'));
  expect(kept.of).toEqual(measuredHere(8));
  writeFileSync(
    world.file,
    JSON.stringify({ ...kept, of: { ...kept.of, [name]: name === 'cores' ? 9 : 'x' } }),
  );
  measured.length = 0;
  await settle();
  expect(measured).toEqual(ALL);
});

it('is found where nothing can be kept, and measured again', async () => {
  writeFileSync(join(folder, 'file'), '');
  world = { ...world, file: join(folder, 'file/worker-speeds.json') };
  expect(await settle()).toEqual({ workers: 4, threads: 2 });
  expect(await settle()).toEqual({ workers: 4, threads: 2 });
  expect(measured).toEqual([...ALL, ...ALL]);
});

it('is one worker with all cores where measuring fails, of which nothing is kept', async () => {
  world = { ...world, measure: () => Promise.reject(new Error('no library')) };
  expect(await settle()).toEqual({ workers: 1, threads: 8 });
  expect(() => readFileSync(world.file)).toThrow('ENOENT');
});

it('leaves out of the measurement what would not fit into memory', async () => {
  expect(await settle({}, { ...ample, freeBytes: 1.5e9 })).toEqual({ workers: 1, threads: 8 });
  expect(measured).toEqual(['1×8', '2×4']);
});

it('begins no further measurement when it has taken long', async () => {
  let ms = 0;
  const { measure } = world;
  world = {
    ...world,
    now: () => ms,
    measure: (split, model) => {
      ms += 3000;
      return measure(split, model);
    },
  };
  expect(await settle()).toEqual({ workers: 2, threads: 4 });
  expect(measured).toEqual(['1×8', '2×4']);
});

describe('without measuring', () => {
  const needs = () => Promise.reject(new Error('nobody needs to know'));

  it.each<[AskedSplit, number, Split]>([
    [{ workers: 3 }, 8, { workers: 3, threads: 2 }],
    [{ threads: 5 }, 8, { workers: 1, threads: 5 }],
    [{ workers: 2, threads: 1 }, 8, { workers: 2, threads: 1 }],
    [{}, 2, { workers: 1, threads: 2 }],
    [{}, 1, { workers: 1, threads: 1 }],
  ])('%j on %i cores is %j', async (asked, cores, split) => {
    expect(await settleSplit(asked, needs, { ...world, cores })).toEqual(split);
    expect(measured).toEqual([]);
  });
});

describe('oneshot doctor', () => {
  const says = async (cores: number) => (await workerFinding({ ONESHOT_CACHE: folder }, cores)).detail;

  it('says what is kept, with its figures and date, and how to measure again', async () => {
    expect(await says(8)).toContain('the first evaluation measures');
    await settle();
    expect(await says(8)).toBe(
      '4 workers with 2 threads each, fewer where memory or an evaluation is small; measured 2026-12-01, tokens/s: ' +
        `1×8 1000, 2×4 2000, 4×2 4000, 8×1 4000. Delete ${world.file} to have it measured again`,
    );
    expect(await says(9)).toContain('the first evaluation measures');
  });

  it('says that two cores need no measurement', async () => {
    expect(await says(2)).toContain('one worker with 2 threads; on so few cores');
  });
});
