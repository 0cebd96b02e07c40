import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OurRun, PaperData } from '#functions/dashboard/paper/paper-data.ts';
import { PaperQuery } from '#functions/dashboard/paper/paper-query.ts';
import { paperView } from '#functions/dashboard/paper/paper-view.ts';
import { PAPER_SETS, paperExperiment } from '#functions/results/paper/paper-rows.ts';
import { PagesWorld } from '../pages-world.ts';

describe('the page of a row of the paper', () => {
  let world: PagesWorld;
  beforeAll(async () => {
    world = await PagesWorld.create();
  });

  it('shows what the paper has where no run is of the recipe, and how to begin one', async () => {
    await world.putRun('micro-pi1', { run: 'other' });
    const document = await world.document('/recipes/pi1/paper');
    expect(document.querySelector('h1')?.textContent).toBe(
      'The paper reports 35.0; no run here has scores yet',
    );
    expect(document.querySelector('pre.cmd')?.textContent).toBe('oneshot train pi1');
    expect(document.querySelector('.lede')?.textContent).toContain('The newest runs here are of micro-pi1.');
    const cells = [...document.querySelectorAll('#rows tbody tr')].map((row) => row.textContent);
    expect(cells.slice(0, 2)).toEqual(['Mean of the six35.017.6', 'math50072.836.0']);
  });

  it('is unknown of a recipe that the paper has no row of', async () => {
    const { status, text } = await world.get('/recipes/micro-pi1/paper');
    expect([status, text]).toEqual([404, expect.stringContaining('paper-row-unknown')]);
  });

  it('picks the best of the checkpoints of a run, or the last, and says so', async () => {
    const own = await PagesWorld.create();
    const [, , last] = await own.putRun('pi1', { run: 'mine' });
    const best = await own.document('/recipes/pi1/paper');
    expect(best.querySelector('#selection')?.className).toBe('same red');
    expect(best.querySelector('#selection')?.textContent).toContain('the paper’s and ours');
    expect(best.querySelector('.lede a[href^="/evaluations"]')?.getAttribute('href')).toBe(
      `/evaluations/${last}`,
    );
    const picked = await own.document('/recipes/pi1/paper?pick=last');
    expect(picked.querySelector('#selection')?.textContent).toContain(
      'Chosen on the sets it is scored on: the paper’s.',
    );
    // The world's benchmark is none of the six.
    expect(picked.querySelector('h1')?.textContent).toContain('over its six sets, of which this run has 0');
    const run = await own.document('/runs/mine');
    expect(run.querySelector('.state a[href="/recipes/pi1/paper"]')?.textContent).toBe('the paper’s row');
    const csv = (await own.get('/recipes/pi1/paper.csv')).text.split('\r\n');
    expect(csv[1]).toMatch(/^pi1,Tab\. 8,mean,0\.35,/);
  });
});

describe('paperView', () => {
  const experiment = paperExperiment('pi1');
  if (!experiment) throw new Error('the paper has a row of pi1');
  const { row, base } = experiment;
  const scoreOf = (mean: number, half: number) => ({
    mean,
    interval: [mean - half, mean + half] as [number, number],
    bounds: [mean, mean] as [number, number],
  });
  const ours: OurRun = {
    ...{ run: 'mine', grader: 'paper-eval', graders: ['paper-eval', 'reward'], scored: 9, base: null },
    picked: { step: 1500, evaluation: 'e'.repeat(26), average: scoreOf(0.34, 0.015), benchmarks: [] },
  };
  const data: PaperData = {
    ...{ recipe: 'pi1', paper: row, paperBase: base, runs: [], ours, otherRecipes: [] },
    format: { recipe: 'pi1-format', paper: row, run: 'control', picked: null },
    lines: (['mean', ...PAPER_SETS] as const).map((set) => ({
      ...{ set, paper: 0.35, ours: scoreOf(0.34, 0.015), base: { paper: 0.18, ours: 0.2 } },
      against: { difference: -0.01, interval: [-0.031, 0.011], verdict: 'equal' },
      format: { paper: 0.29, ours: null },
    })),
  };
  const shown = (changed: Partial<PaperData> = {}) => {
    const looking = { query: PaperQuery.parse({}), path: '/recipes/pi1/paper', csrf: undefined };
    return parseHTML(`<main>${paperView({ ...data, ...changed }, looking).body}</main>`).document;
  };

  it('says in a sentence whether ours is the paper’s', () => {
    expect(shown().querySelector('h1')?.textContent).toBe(
      'Ours scores 34.0 (32.5–35.5), no more than 5 points from the paper’s 35.0',
    );
    const [mean, ...sets] = data.lines;
    const lower = {
      ...(mean as NonNullable<typeof mean>),
      against: { difference: -0.1, interval: [-0.12, -0.08], verdict: 'lower' } as const,
    };
    expect(shown({ lines: [lower, ...sets] }).querySelector('h1')?.textContent).toContain(
      'lower than the paper’s 35.0',
    );
  });

  it('has both, their difference, a verdict and the controls in each line', () => {
    const document = shown();
    const [first] = document.querySelectorAll('#rows tbody tr');
    expect([...(first?.children ?? [])].map((cell) => cell.textContent)).toEqual([
      ...['Mean of the six', '35.0', '34.0 32.5–35.5', '−1.0 −3.1 to +1.1', '= within 5 points'],
      ...['18.0', '20.0', '29.0', '–'],
    ]);
    expect(document.querySelectorAll('#rows tbody tr')).toHaveLength(7);
  });
});
