import { beforeAll, describe, expect, it } from 'vitest';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld } from '../pages-world.ts';

type Document = Awaited<ReturnType<PagesWorld['document']>>;

const names = (document: Document) =>
  [...document.querySelectorAll('.hits .narrow')].map((link) => link.textContent);
const choices = (document: Document, label: string) =>
  [...document.querySelectorAll(`[aria-label="${label}"] a`)].map((link) => [
    link.textContent,
    link.getAttribute('href'),
  ]);

describe('the samples of an evaluation', () => {
  let world: PagesWorld;
  let path: string;
  beforeAll(async () => {
    world = await PagesWorld.create();
    const evaluations = await world.putRun('find it', { disputed: true });
    path = `/evaluations/${evaluations[2]}/samples`;
  });

  it('are listed with verdict, question, what was read and what was wanted', async () => {
    const document = await world.document(path);
    expect(document.querySelector('h1')?.textContent).toBe('4 samples judged by reward');
    const rows = [...document.querySelectorAll('.hits li')].map((row) =>
      [...row.querySelectorAll('.narrow, .v, .q, .why')].map((part) => part.textContent),
    );
    expect(rows[0]).toEqual([
      ...['sums/0 · 0', '– no answer', '0 + 1', 'nothing read, reference 1 · 2 tokens · ▲ graders disagree'],
    ]);
    expect(rows[1]).toEqual(['sums/1 · 0', '✓ right', '1 + 1', 'read 2 · 2 tokens']);
  });

  it('are narrowed by links that say how many each would leave, the other filters as they are', async () => {
    const document = await world.document(`${path}?disagree=true`);
    expect(names(document)).toEqual(['sums/0 · 0', 'sums/2 · 0']);
    expect(choices(document, 'Verdict')).toEqual([
      ['all2', `${path}?disagree=true`],
      ['no answer2', `${path}?verdict=no-answer&disagree=true`],
    ]);
    expect(choices(document, 'Only')[1]).toEqual(['graders disagree ✕2', path]);
    expect(choices(document, 'Grader')[1]).toEqual(['benchmark', `${path}?grader=benchmark&disagree=true`]);
    expect(names(await world.document(`${path}?grader=benchmark&verdict=incorrect`))).toEqual(['sums/3 · 0']);
  });

  it('show the passage that was looked for', async () => {
    const document = await world.document(`${path}?q=FIND`);
    expect(names(document)).toHaveLength(4);
    expect(document.querySelector('.hitp')?.textContent).toBe('The answer is 1. find it');
    expect(document.querySelector('.hitp mark')?.textContent).toBe('find');
    const question = await world.document(`${path}?q=1%20%2B%201`);
    expect(question.querySelector('.hits .why:last-child')?.textContent).toBe('The question holds it.');
  });

  it('keep their filters in the form that searches, whose empty fields are none', async () => {
    const document = await world.document(`${path}?verdict=correct&q=find`);
    const fields = [...document.querySelectorAll('form.find input')].map((input) => [
      input.getAttribute('name'),
      input.getAttribute('value'),
    ]);
    expect(fields).toEqual([
      ['q', 'find'],
      ['minTokens', ''],
      ['maxTokens', ''],
      ['verdict', 'correct'],
    ]);
    expect(names(await world.document(`${path}?q=&minTokens=&maxTokens=`))).toHaveLength(4);
    expect(names(await world.document(`${path}?minTokens=3`))).toHaveLength(0);
  });

  it('name the filters that leave nothing, and how many there are without each', async () => {
    const told = async (query: string) => {
      const document = await world.document(`${path}?${query}`);
      const links = [...document.querySelectorAll('#list .links a')];
      return [
        document.querySelector('#list .lede')?.textContent,
        ...links.map((link) => [link.textContent, link.getAttribute('href')]),
      ];
    };
    const all = ['without any filter', path];
    expect(await told('verdict=correct&q=answer')).toEqual([
      'No sample fits verdict right, “answer” in text or question.',
      ['without “answer” in text or question: 1 sample', `${path}?verdict=correct`],
      ['without verdict right: 3 samples', `${path}?q=answer`],
      all,
    ]);
    expect(await told('verdict=correct&q=nowhere&truncated=true')).toEqual([
      'No sample fits verdict right, “nowhere” in text or question, cut at the limit.' +
        ' Whatever else is chosen, there is none for “nowhere” in text or question, cut at the limit.',
      ['without “nowhere” in text or question, cut at the limit: 1 sample', `${path}?verdict=correct`],
      all,
    ]);
  });

  it('open one beside the list, with the filters kept and a link to its own page', async () => {
    const document = await world.document(`${path}?verdict=no-answer&open=sums/2/0`);
    expect(document.querySelector('.hits .open .narrow')?.textContent).toBe('sums/2 · 0');
    const links = [...document.querySelectorAll('.beside .rh a')].map((link) => link.getAttribute('href'));
    expect(links).toEqual([`${path}/sums/2/0?verdict=no-answer`, `${path}?verdict=no-answer`]);
    expect(document.querySelector('.beside mark#answer')).toBeNull();
    expect(document.querySelector('.beside .same')?.textContent).toContain('A tolerant reading finds 3');
    const gone = await world.document(`${path}?open=sums/2/7`);
    expect(gone.querySelector('.beside')?.textContent).toBe('There is no scored sample sums/2/7.');
  });

  it('are data with the same filters', async () => {
    const data = JSON.parse((await world.get(`${path}.json?verdict=correct`)).text);
    expect(data.page).toMatchObject({ total: 1, before: 0, previous: null, next: null });
    const lines = (await world.get(`${path}.csv?disagree=true`)).text.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    for (const wrong of ['disagree=1', 'verdict=x', 'benchmark=none', 'opne=sums/1/0', 'open=1'])
      expect((await world.get(`${path}?${wrong}`)).status, wrong).toBe(422);
  });
});

describe('samples on several pages', () => {
  it('go on and back by links, each once', async () => {
    const world = await PagesWorld.create();
    const path = `/evaluations/${await world.api.evaluated()}/samples`;
    const first = await world.document(`${path}?verdict=correct`);
    expect(first.querySelector('.pager')).not.toBeNull();
    const all = await world.document(path);
    expect(names(all)).toHaveLength(50);
    expect(all.querySelector('.pager')?.textContent).toBe('1–50 of 60Next ›');
    const next = await world.document(all.querySelector('.pager [rel=next]')?.getAttribute('href') ?? '');
    expect(next.querySelector('.pager')?.textContent).toBe('51–60 of 60‹ Previous');
    expect(next.querySelector('.pager [rel=prev]')?.getAttribute('href')).toBe(path);
    expect(new Set([...names(all), ...names(next)]).size).toBe(60);
    const far = await world.document(`${path}?cursor=999.0`);
    expect(far.querySelector('#list')?.textContent).toContain('The list ends before this page.');
  });
});

describe('samples of a round too large to be counted', () => {
  it('are looked for a stretch at a time, by filters without counts', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluated();
    const { store } = world.api.world;
    const { generation } = await read(store, record.roundManifest({ evaluation, round: 0 }));
    const shards = Array.from({ length: 60 }, (_, shard) => ({
      ...{ shard, items: Array.from({ length: 400 }, (_, sample) => ({ problem: `sums/${shard}`, sample })) },
    }));
    await put(store, record.roundManifest({ evaluation, round: 1 }), { generation, shards });
    world.api.passTime();
    const path = `/evaluations/${evaluation}/samples`;
    const document = await world.document(`${path}?verdict=correct`);
    expect(document.querySelector('h1')?.textContent).toBe('Samples, too many to be counted');
    expect(document.querySelector('#list .pager a')?.getAttribute('href')).toBe(
      `${path}?verdict=correct&cursor=40.0`,
    );
    expect(choices(document, 'Verdict').map(([label]) => label)).toEqual([
      ...['all', 'right', 'wrong', 'no answer', 'too hard'],
    ]);
    expect((await world.get(`${path}?cursor=40.0`)).status).toBe(200);
  });
});

describe('samples of an evaluation that is no success', () => {
  it('come as they are scored, and say how far it is', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    const path = `/evaluations/${evaluation}/samples`;
    const planning = await world.document(path);
    expect(planning.querySelector('.state')?.textContent).toContain('nothing is planned');
    expect(planning.querySelector('#list')?.textContent).toBe('No sample is scored yet.');
    expect(planning.body.dataset['live']).toBe('1');
  });

  it('are missing where shards failed or it was refused, which is said', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    await world.api.settleWithDeadShard();
    const document = await world.document(`/evaluations/${evaluation}/samples`);
    expect(document.querySelector('.alert')?.textContent).toContain('1 shard without scores');
    const other = await PagesWorld.create();
    const refused = await other.api.evaluate();
    const why = { code: 'does-not-fit', detail: '<b>too</b> large.' };
    await put(other.api.world.store, record.refused({ evaluation: refused, round: 0 }), why);
    const page = await other.document(`/evaluations/${refused}/samples`);
    expect(page.querySelector('.alert')?.textContent).toContain('<b>too</b> large.');
  });
});
