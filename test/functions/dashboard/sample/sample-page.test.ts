import { beforeAll, describe, expect, it } from 'vitest';
import { encodePart, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { HOSTILE, OBEYED } from '../hostile-text.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

let world: PagesWorld;
let base: string;
let middle: string;
let last: string;
beforeAll(async () => {
  world = await PagesWorld.create();
  [base = '', middle = '', last = ''] = await world.putRun('find $x^2$', { disputed: true });
});

const open = (evaluation: string, rest: string) =>
  world.document(`/evaluations/${evaluation}/samples/sums/${rest}`);
const hrefs = (document: Awaited<ReturnType<typeof open>>, selector: string) =>
  [...document.querySelectorAll(selector)].map((link) => link.getAttribute('href'));

describe('the page of a sample', () => {
  it('says the verdict, what was read and what was wanted', async () => {
    expect((await open(base, '1/0')).querySelector('h1')?.textContent).toBe(
      '– no answer; the reference is 2',
    );
    expect((await open(last, '1/0')).querySelector('h1')?.textContent).toBe('✓ right: 2');
    const document = await open(last, '1/0');
    expect(document.querySelector('#problem')?.textContent).toContain('1 + 1Reference answer: 2');
    expect(document.querySelector('.state')?.textContent).toBe(
      `sums/1, sample 0 · run ${RUN}, step 6 · 2 of 4 in the list`,
    );
  });

  it('marks the answer where it was read, and leads to it', async () => {
    const document = await open(last, '1/0');
    expect(document.querySelector('#completion .t')?.textContent).toBe('\\boxed{2} find $x^2$');
    expect(document.querySelector('mark#answer')?.textContent).toBe('2');
    expect(hrefs(document, '#completion .note a')).toEqual(['#answer']);
  });

  it('draws formulas where they are asked for, the answer marked all the same', async () => {
    const document = await open(last, '1/0?show=rendered');
    expect(document.querySelectorAll('#completion math')).toHaveLength(1);
    expect(document.querySelector('mark#answer')?.textContent).toBe('2');
    expect(hrefs(document, '[data-key=f]')).toEqual([`/evaluations/${last}/samples/sums/1/0`]);
  });

  it('says how each grader came to its verdict, and that the verifier says the same now', async () => {
    const [strict, tolerant] = [...(await open(last, '0/0')).querySelectorAll('#verdicts .c')].map(
      (card) => card.textContent,
    );
    expect(strict).toContain('rewardcounts here– no answerNothing was read.Rule: no-box');
    expect(tolerant).toContain('benchmark✓ rightRead 1 behind “the answer is” (character 15).');
    expect(tolerant).toMatch(/Compared as number.*Rule: equal-text.*✓ same verdict/s);
  });

  it('says what a reader should know first', async () => {
    expect((await open(last, '0/0')).querySelector('.same')?.textContent).toBe(
      '▲ Look twiceA tolerant reading finds 1, which is the reference answer.',
    );
    expect((await open(last, '1/0')).querySelector('.same')).toBeNull();
  });

  it('is a tick among those of the other checkpoints, with the same filters', async () => {
    const document = await open(last, '1/0?verdict=correct');
    const ticks = [...document.querySelectorAll('.through a')].map((tick) => [
      tick.textContent,
      tick.getAttribute('href'),
      tick.getAttribute('aria-current'),
    ]);
    const at = (evaluation: string) => `/evaluations/${evaluation}/samples/sums/1/0?verdict=correct`;
    expect(ticks).toEqual([
      ['0 –', at(base), null],
      ['3 ✓', at(middle), null],
      ['6 ✓', at(last), 'true'],
    ]);
  });

  it('has the neighbours that the filters leave, and leads back to their list', async () => {
    const all = await open(last, '1/0');
    expect(hrefs(all, '.step-nav a')).toEqual([
      `/evaluations/${last}/samples/sums/0/0`,
      `/evaluations/${last}/samples/sums/2/0`,
    ]);
    const narrowed = await open(last, '0/0?verdict=no-answer');
    expect(hrefs(narrowed, '.step-nav a')).toEqual([
      `/evaluations/${last}/samples/sums/2/0?verdict=no-answer`,
    ]);
    expect(hrefs(narrowed, '.crumbs a').at(-1)).toBe(`/evaluations/${last}/samples?verdict=no-answer`);
    const outside = await open(last, '0/0?verdict=correct');
    expect(hrefs(outside, '.step-nav a')).toEqual([]);
    expect(outside.querySelector('.state')?.textContent).not.toContain('in the list');
  });

  it('is data with all of it, and 404 where nothing is scored', async () => {
    const path = `/evaluations/${last}/samples/sums/0/0`;
    const data = JSON.parse((await world.get(`${path}.json`)).text);
    expect(data).toMatchObject({ grader: 'reward', limit: 3078, neighbours: { position: 1, total: 4 } });
    expect(data.checks.map((check: { same: boolean }) => check.same)).toEqual([true, true]);
    const lines = (await world.get(`${path}.csv`)).text.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect((await world.get(`/evaluations/${last}/samples/sums/0/7`)).status).toBe(404);
    expect((await world.get(`${path}?verdict=maybe`)).status).toBe(422);
  });

  it('tells where the verifier concludes otherwise today', async () => {
    const world = await PagesWorld.create();
    const [evaluation = ''] = await world.putRun('x');
    const { store } = world.api.world;
    const get = store.get.bind(store);
    store.get = async (key, ...range) => {
      const body = await get(key, ...range);
      if (!body || key !== keys.outcome({ evaluation, round: 0 }, 0)) return body;
      return new TextEncoder().encode(new TextDecoder().decode(body).replaceAll('"correct"', '"incorrect"'));
    };
    const document = await world.document(`/evaluations/${evaluation}/samples/sums/0/0`);
    expect(document.querySelector('h1')?.textContent).toBe('✗ wrong: 1 instead of 1');
    expect(document.querySelector('#verdicts .bad')?.textContent).toBe('✕ now ✓ right');
  });
});

describe('a long and hostile completion', () => {
  it('is shown whole letter by letter, and rendered at its ends, within a page of bounded size', async () => {
    const world = await PagesWorld.create();
    const [evaluation = ''] = await world.putRun('x');
    const { store } = world.api.world;
    const { generation } = await read(store, record.roundManifest({ evaluation, round: 0 }));
    const [part] = await readParts(store, generation, 0);
    const text = `${'\\($x'.repeat(20_000)}\\boxed{1} ${HOSTILE}\ud800`;
    if (!part) throw new Error('nothing was generated');
    const bytes = encodePart({ ...part, completions: part.completions.map((each) => ({ ...each, text })) });
    const get = store.get.bind(store);
    store.get = async (key, ...range) => (key === keys.part(generation, 0, 0) ? bytes : get(key, ...range));
    const source = await world.get(`/evaluations/${evaluation}/samples/sums/0/0`);
    expect(source.status).toBe(200);
    expect(source.text.length).toBeGreaterThan(80_000);
    expect(source.text).toContain('<mark id="answer">1</mark>');
    const rendered = await world.get(`/evaluations/${evaluation}/samples/sums/0/0?show=rendered`);
    expect(rendered.text).toContain('<mark id="answer">1</mark>');
    expect(rendered.text).toContain('characters …');
    for (const { text } of [source, rendered]) {
      expect(OBEYED.exec(text)?.[0]).toBeUndefined();
      expect(text.isWellFormed()).toBe(true);
    }
  });
});

describe('a sample as a test case', () => {
  it('is a line for each grader that the verifier takes, letter by letter', async () => {
    const world = await PagesWorld.create();
    const [evaluation = ''] = await world.putRun(HOSTILE, { disputed: true });
    const path = `/evaluations/${evaluation}/samples/sums/3/0/case`;
    const { cases } = JSON.parse((await world.get(`${path}.json`)).text);
    const document = await world.document(path);
    const lines = (document.querySelector('pre.cmd')?.textContent ?? '').trim().split('\n');
    expect(lines.map((line: string) => JSON.parse(line))).toEqual(cases);
    expect(cases[0]).toMatchObject({ mode: 'reward', gold: '4' });
    expect(cases[0].completion).toContain('\u202egnp.exe');
    const { status, body } = await world.api.post('/v1/verify', { cases });
    expect(status).toBe(200);
    expect(body).toHaveLength(2);
  });
});
