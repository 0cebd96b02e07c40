/** The paper's released data, which this repository does not hold: `ONESHOT_DATA` names its folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { thirdPartyData as folder } from '#scripts/third-party-data.ts';
import { loadExamples } from '#trainer/data/load-examples.ts';
import { trainingSet } from '#trainer/data/training-set.ts';
import { rankByVariance } from '#trainer/data/variance-ranking.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const present = existsSync(join(folder, 'train/acc_step_500.json'));
const read = async (name: string) => readFileSync(join(folder, name), 'utf8');
const codec = { renderChat: (user: string) => user, encode: () => [1] };
const settings = RunSettings.parse({ recipe: 'r', steps: 1, data: { invalidLabels: 'skip' } });

describe.skipIf(!present)('the released data (skipped where ONESHOT_DATA has none)', () => {
  it('has the ranks that the paper gives', async () => {
    const ranking = rankByVariance(await read('train/acc_step_500.json'));
    expect(ranking).toHaveLength(1209);
    expect(ranking.slice(0, 17)).toEqual([
      124, 267, 531, 931, 212, 25, 568, 131, 649, 724, 875, 925, 682, 100, 291, 50, 870,
    ]);
    expect(ranking.slice(604, 606)).toEqual([60, 906]);
    expect(ranking.slice(1200)).toEqual([847, 979, 114, 395, 485, 1167, 174, 770, 789]);
  });

  it('holds the same examples by rank as by file', async () => {
    const ranks = await loadExamples({ kind: 'ranks', ranks: [1, 2, 13, 1209] }, read);
    const file = 'train/merge_pi1_pi2_pi13_pi1209.jsonl';
    const merged = await loadExamples({ kind: 'file', file }, read);
    const content = ({ prompt, bare, answer }: (typeof ranks)[number]) => ({ prompt, bare, answer });
    expect(ranks.map(content).toSorted(byPrompt)).toEqual(merged.map(content).toSorted(byPrompt));
    expect(merged.map(({ repeats }) => repeats)).toEqual([32, 32, 32, 32]);
    expect(merged.every(({ bare }) => bare)).toBe(true);
  });

  it('draws the same random examples for the same seed, no two alike', async () => {
    const draw = (seed: number) => loadExamples({ kind: 'random', count: 16, seed }, read);
    expect(new Set((await draw(1)).map(({ id }) => id)).size).toBe(16);
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(2)).not.toEqual(await draw(1));
  });

  it('leaves out the two examples of DSR-sub that no completion could match', async () => {
    const pool = await loadExamples({ kind: 'file', file: 'train/dsr_sub.jsonl' }, read);
    const { rows, dropped } = trainingSet(pool, codec, settings);
    expect([rows.length, dropped.invalidLabel]).toEqual([1207, 2]);
    const strict = { ...settings, data: { ...settings.data, invalidLabels: 'refuse' as const } };
    expect(() => trainingSet(pool, codec, strict)).toThrow(/dsr_sub-265 \(empty\), dsr_sub-1187/);
  });
});

function byPrompt(one: { readonly prompt: string }, other: { readonly prompt: string }): number {
  return one.prompt < other.prompt ? -1 : 1;
}
