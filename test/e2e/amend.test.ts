import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { itemName } from '#shared/items.ts';
import { sum } from '#shared/metrics/sum.ts';
import type { Completion } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { type Part, readParts } from '#shared/storage/completion-part.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { type Finished, oneshot } from './oneshot.ts';

const model = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
const THREE = 'micro-aime24,micro-minerva,micro-amc23';
let homes: string[];

beforeEach(async () => {
  homes = await Promise.all(
    ['here', 'fresh'].map((name) => mkdtemp(join(tmpdir(), `oneshot-amend-${name}-`))),
  );
});
afterEach(() => Promise.all(homes.map((home) => rm(home, { recursive: true, force: true }))));

it('more samples and one more benchmark make only what is new, and end as if made from nothing', async () => {
  const [home = '', fresh = ''] = homes;
  const first = summaryOf(await evaluate(home, 'micro-aime24,micro-minerva', 2));
  const amended = await evaluate(home, THREE, 5);
  const whole = await evaluate(fresh, THREE, 5);
  expect(summaryOf(amended)).toEqual(summaryOf(whole));
  expect(summaryOf(amended).policy).toBe('verified');

  const [here, there] = [await partsOf(home, summaryOf(amended)), await partsOf(fresh, summaryOf(whole))];
  expect(byItem(here)).toEqual(byItem(there));
  expect(there.every(({ header }) => header.from === undefined)).toBe(true);
  const taken = here.filter(({ header }) => header.from !== undefined);
  expect(new Set(taken.map(({ header }) => header.from))).toEqual(new Set([first.evaluation]));
  // 6 problems of each: 2 samples of aime24 and the greedy one of minerva.
  expect(sum(taken.map(({ completions }) => completions.length))).toBe(6 * 2 + 6);
  const made = here.filter(({ header }) => header.from === undefined);
  expect(sum(made.map(({ completions }) => completions.length))).toBe(6 * 3 + 6 * 5);
  const before = tokensOf(await partsOf(home, first));
  expect([tokensOf(taken), tokensOf(made)]).toEqual([before, tokensOf(there) - before]);

  expect(notes(amended)).toContainEqual({
    event: 'completions-taken-over',
    completions: 18,
    from: [{ evaluation: first.evaluation, completions: 18 }],
  });
  expect(notes(amended)).toContainEqual({ event: 'samples-kept', benchmarks: ['micro-minerva'] });
  expect(notes(whole).map(({ event }) => event)).not.toContain('completions-taken-over');
});

it('what was taken over stays when the evaluation that it is from is removed', async () => {
  const [home = ''] = homes;
  const first = summaryOf(await evaluate(home, 'micro-aime24', 2));
  const amended = summaryOf(await evaluate(home, 'micro-aime24', 3));
  const before = await partsOf(home, amended);
  expect((await oneshot(['rm', first.evaluation, '--yes', '--home', home, '--json'])).code).toBe(0);
  expect((await oneshot(['gc', '--grace', '0', '--home', home, '--json'])).code).toBe(0);
  expect(await partsOf(home, amended)).toEqual(before);
  const workspace = openWorkspace(home);
  expect(await workspace.store.list('generations/', { delimiter: '/' })).toHaveLength(1);
  expect(await workspace.store.list('index/generations/')).toHaveLength(1);
  workspace.close();
  expect(summaryOf(await evaluate(home, 'micro-aime24', 3))).toEqual(amended);
});

it('samples of greedy benchmarks alone are refused', async () => {
  const [home = ''] = homes;
  const args = ['eval', '--model', model, '--benchmarks', 'micro-minerva', '--samples', '4'];
  const { code, error } = await oneshot([...args, '--home', home, '--json']);
  expect([code, error?.code]).toEqual([2, 'samples-equal']);
});

async function evaluate(home: string, benchmarks: string, samples: number): Promise<Finished> {
  const what = ['--benchmarks', benchmarks, '--samples', `${samples}`, '--limit', '6'];
  const finished = await oneshot(['eval', '--model', model, ...what, '--home', home, '--json']);
  expect(finished.stderr).not.toContain('problem');
  expect(finished.code).toBe(0);
  return finished;
}

function summaryOf({ lines }: Finished): Summary {
  return lines[0] as unknown as Summary; // as the command prints it
}

/** What was told besides. */
function notes({ stderr }: Finished): readonly Readonly<Record<string, unknown>>[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

async function partsOf(home: string, { evaluation }: Summary): Promise<readonly Part[]> {
  const { store, close } = openWorkspace(home);
  const { generation, shards } = await read(store, record.roundManifest({ evaluation, round: 0 }));
  const parts = await Promise.all(shards.map(({ shard }) => readParts(store, generation, shard)));
  close();
  return parts.flat();
}

function byItem(parts: readonly Part[]): ReadonlyMap<string, Completion> {
  const all = parts.flatMap(({ completions }) => completions.map((each) => [itemName(each), each] as const));
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function tokensOf(parts: readonly Part[]): number {
  return sum(parts.flatMap(({ completions }) => completions.map(({ tokens }) => tokens)));
}
