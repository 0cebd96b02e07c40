import { beforeAll, describe, expect, it } from 'vitest';
import { sharedWords } from '#functions/dashboard/step/group-cards.ts';
import { completionText } from '#functions/dashboard/text/completion-text.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

let world: PagesWorld;
beforeAll(async () => {
  world = await PagesWorld.create();
  await world.putRun('seven');
});

const groups = async (query: string) =>
  [...(await world.document(`/runs/${RUN}/steps/2${query}`)).querySelectorAll('.group')].map((group) =>
    group.getAttribute('id'),
  );
const samples = async (query: string) =>
  [...(await world.document(`/runs/${RUN}/steps/2${query}`)).querySelectorAll('.ch span:first-child')].map(
    (sample) => sample.textContent,
  );

describe('the page of a step', () => {
  it('says how many samples are right and how many groups carry no signal', async () => {
    const heading = (await world.document(`/runs/${RUN}/steps/2`)).querySelector('h1')?.textContent;
    expect(heading).toBe('Step 2: 6 of 8 samples are right; 1 of 2 groups carries no signal');
  });

  it('puts samples with the same text on one card, the right ones first', async () => {
    expect(await samples('?group=0')).toEqual(['2× samples 0 2', '2× samples 1 3']);
  });

  it('has the bars of its histograms for filters', async () => {
    const document = await world.document(`/runs/${RUN}/steps/2`);
    const bars = [...document.querySelectorAll('.cols')].map((bars) =>
      [...bars.querySelectorAll('a')].map((bar) => [bar.getAttribute('href'), bar.textContent]),
    );
    const at = (query: string) => `/runs/${RUN}/steps/2?${query}`;
    expect(bars[0]).toEqual([
      [at('reward=0'), '2'],
      [at('reward=1'), '6'],
    ]);
    expect(bars[1]?.map(([, count]) => count)).toEqual(['', '', '1', '', '1']);
  });

  it('narrows groups and samples, and keeps the filters that are there', async () => {
    expect(await groups('')).toEqual(['g0', 'g1']);
    expect(await groups('?groups=dead')).toEqual(['g1']);
    expect(await groups('?groups=mixed')).toEqual(['g0']);
    expect(await groups('?right=4')).toEqual(['g1']);
    expect(await samples('?reward=0')).toEqual(['2× samples 1 3']);
    expect(await samples('?cut=1&groups=mixed')).toEqual(['sample 3']);
    expect(await samples('?q=SEVEN%201&group=0')).toEqual(['2× samples 1 3']);
    const links = [
      ...(await world.document(`/runs/${RUN}/steps/2?groups=mixed`)).querySelectorAll(
        '[aria-label=Samples] a',
      ),
    ];
    expect(links.map((link) => [link.textContent, link.getAttribute('href')])).toContainEqual([
      'wrong2',
      `/runs/${RUN}/steps/2?verdict=incorrect&groups=mixed`,
    ]);
  });

  it('counts a group as dead by all its samples, not by those that a filter leaves', async () => {
    const document = await world.document(`/runs/${RUN}/steps/2?verdict=correct`);
    expect(
      [...document.querySelectorAll('.group')].map((group) => group.classList.contains('deadg')),
    ).toEqual([false, true]);
    expect(document.querySelector('#g0 .gh')?.textContent).toContain('2 of 4 right');
  });

  it('names the filters where no sample fits', async () => {
    const document = await world.document(`/runs/${RUN}/steps/2?q=nothing&groups=dead`);
    const links = [...document.querySelectorAll('#groups .links a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual([`/runs/${RUN}/steps/2?groups=dead`, `/runs/${RUN}/steps/2?q=nothing`]);
  });

  it('leads to its neighbours, with the same filters', async () => {
    const document = await world.document(`/runs/${RUN}/steps/2?groups=mixed`);
    expect(document.querySelector('link[rel=prev]')?.getAttribute('href')).toBe(
      `/runs/${RUN}/steps/1?groups=mixed`,
    );
    expect(document.querySelector('link[rel=next]')?.getAttribute('href')).toBe(
      `/runs/${RUN}/steps/3?groups=mixed`,
    );
    expect((await world.document(`/runs/${RUN}/steps/1`)).querySelector('link[rel=prev]')).toBeNull();
  });

  it('is 404 for a step that was not done', async () => {
    const { status, text } = await world.get(`/runs/${RUN}/steps/7`);
    expect(status).toBe(404);
    expect(text).toContain('It has done steps 1 to 6.');
  });

  it('gives its samples as a table', async () => {
    const lines = (await world.get(`/runs/${RUN}/steps/2.csv?groups=mixed`)).text.trim().split('\r\n');
    expect(lines).toHaveLength(1 + 4);
    expect(lines[1]).toBe(`${RUN},2,0,0,correct,seven,seven,1,0.87,2,false,seven 0`);
  });
});

describe('completionText', () => {
  it('marks the answer where it was read: in the last box', () => {
    expect(String(completionText('7 so \\boxed{7} done', { extracted: '7' }))).toBe(
      '<bdi>7 so \\boxed{<mark>7</mark>} done</bdi>',
    );
    expect(String(completionText('it is 7', { extracted: '7' }))).toBe('<bdi>it is <mark>7</mark></bdi>');
    expect(String(completionText('none', { extracted: '7' }))).toBe('<bdi>none</bdi>');
  });

  it('greys what was seen before, and says how much it leaves out', () => {
    expect(String(completionText('one two three', { extracted: null, seen: 4 }))).toBe(
      '<bdi><span class="s">one </span>two three</bdi>',
    );
    const cut = String(completionText('a'.repeat(50) + 'b'.repeat(50), { extracted: null, most: 10 }));
    expect(cut).toBe(`<bdi>aaaa<span class="s"> … 90 characters … </span>bbbbbb</bdi>`);
  });
});

describe('sharedWords', () => {
  it('counts whole words', () => {
    expect(sharedWords('one two', 'one three')).toBe(4);
    expect(sharedWords('one two', 'one two')).toBe(7);
    expect(sharedWords('one', 'two')).toBe(0);
    expect(sharedWords('one', 'one two')).toBe(0);
  });
});
