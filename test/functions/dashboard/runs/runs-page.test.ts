import { describe, expect, it } from 'vitest';
import { PagesWorld } from '../pages-world.ts';

async function worldOf(...recipes: readonly string[]): Promise<PagesWorld> {
  const world = await PagesWorld.create();
  for (const [index, recipe] of recipes.entries())
    await world.putRun(recipe, { run: `run-${index}`, createdAt: 1000 + index, unscored: index === 0 });
  return world;
}

const rows = (document: Awaited<ReturnType<PagesWorld['document']>>) =>
  [...document.querySelectorAll('tr[id^=r-]')].map((row) => row.getAttribute('id'));

describe('the page of all runs', () => {
  it('says how to begin where there is none', async () => {
    const { text } = await (await PagesWorld.create()).get('/');
    expect(text).toContain('No run is stored here yet');
    expect(text).toContain('oneshot demo --quick');
  });

  it('has a row for each run, newest first, with state, steps and newest score', async () => {
    const document = await (await worldOf('b', 'a')).document('/');
    expect(rows(document)).toEqual(['r-run-1', 'r-run-0']);
    const told = [...document.querySelectorAll('tr[id^=r-]')].map((row) => row.textContent);
    expect(told[0]).toContain('● finished6 of 675.0 30.1–95.4, step 6');
    expect(told[1]).toContain('◐ scoring6 of 650.0 15.0–85.0, step 3');
  });

  it('narrows by recipe, state and name, and says how many each choice would leave', async () => {
    const world = await worldOf('b', 'a', 'b');
    expect(rows(await world.document('/?recipe=b'))).toEqual(['r-run-2', 'r-run-0']);
    expect(rows(await world.document('/?q=RUN-1'))).toEqual(['r-run-1']);
    expect(rows(await world.document('/?q=run-3'))).toEqual([]);
    expect(rows(await (await worldOf('b', 'a')).document('/?state=scoring'))).toEqual(['r-run-0']);
    const filters = (await world.document('/?state=finished')).querySelector(
      '[aria-label=Recipe]',
    )?.textContent;
    expect(filters).toBe('Recipeallb2a1');
  });

  it('names the filter that removed the last row, and takes it off', async () => {
    const document = await (await worldOf('a')).document('/?recipe=a&q=nothing');
    const links = [...document.querySelectorAll('.links a')].map((link) => [
      link.textContent,
      link.getAttribute('href'),
    ]);
    expect(links[0]).toEqual(['without the name “nothing”', '/?recipe=a']);
  });

  it('sorts by a column, and turns the order round the second time', async () => {
    const world = await worldOf('b', 'a', 'c');
    expect(rows(await world.document('/?sort=recipe'))).toEqual(['r-run-1', 'r-run-0', 'r-run-2']);
    const document = await world.document('/?sort=-recipe');
    expect(rows(document)).toEqual(['r-run-2', 'r-run-0', 'r-run-1']);
    expect(document.querySelector('[aria-sort=descending] a')?.getAttribute('href')).toBe('/?sort=recipe');
  });

  it('shows evaluations of models that belong to no run', async () => {
    const world = await worldOf('a');
    const evaluation = await world.api.evaluated();
    const document = await world.document('/');
    expect(document.querySelector(`#e-${evaluation}`)?.textContent).toContain('done');
  });

  it('is the same at .json and .csv', async () => {
    const world = await worldOf('b', 'a');
    const { runs } = JSON.parse((await world.get('/runs.json?recipe=a')).text);
    expect(runs).toMatchObject([{ run: 'run-1', state: 'finished', score: { step: 6, mean: 0.75 } }]);
    expect(runs[0].createdAt).toBe('1970-01-01T00:00:01.001Z');
    expect((await world.get('/runs.csv?recipe=a')).text.split('\r\n')).toHaveLength(3);
  });
});
