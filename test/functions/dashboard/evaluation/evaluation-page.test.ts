import { beforeAll, describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { indexProblemSet } from '#shared/storage/problem-set-index.ts';
import { putProblemSet } from '#shared/storage/problem-sets.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

type Document = Awaited<ReturnType<PagesWorld['document']>>;

const cells = (document: Document) =>
  [...document.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));

/** What a browser sends for the form of the page. */
const fieldsOf = (document: Document) =>
  Object.fromEntries(
    [...document.querySelectorAll('main form input')].map((input) => [
      input.getAttribute('name') ?? '',
      input.getAttribute('value') ?? '',
    ]),
  );

describe('the page of an evaluation', () => {
  let world: PagesWorld;
  let evaluations: readonly string[];
  beforeAll(async () => {
    world = await PagesWorld.create();
    evaluations = await world.putRun('a');
  });

  it('says the score with its interval, whose it is, and that the weights were verified', async () => {
    const document = await world.document(`/evaluations/${evaluations[2]}`);
    expect(document.querySelector('h1')?.textContent).toBe('Step 6 scores 75.0 (30.1–95.4)');
    expect(document.querySelector('.state')?.textContent).toBe(
      '● done, 1 of 1 shard scored · a, step 6 · weights verified',
    );
    expect(document.querySelector('main form, .alert')).toBeNull();
    expect(document.body.dataset['live']).toBeUndefined();
  });

  it('has a row for each benchmark, and the protocol', async () => {
    const document = await world.document(`/evaluations/${evaluations[1]}`);
    expect(cells(document)).toEqual([['sums', '4 × 1', '50.0 15.0–85.0', '0.0', '0.0', '2']]);
    const protocol = document.querySelector('#protocol')?.textContent;
    expect(protocol).toContain('sumsgreedy, at most 3,075 tokens');
    expect(protocol).toContain('templatechat');
  });

  it('is held against the base of its run, the base against nothing', async () => {
    const [base, , last] = evaluations;
    const links = async (evaluation: string | undefined) =>
      [...(await world.document(`/evaluations/${evaluation}`)).querySelectorAll('.links a')].map((link) =>
        link.getAttribute('href'),
      );
    const ofRun = [`/runs/${RUN}`, `/evaluations?run=${RUN}`];
    const samples = (evaluation: string | undefined) => `/evaluations/${evaluation}/samples`;
    expect(await links(last)).toEqual([samples(last), `/compare?a=${base}&b=${last}`, ...ofRun]);
    expect(await links(base)).toEqual([samples(base), ...ofRun]);
  });

  it('is held against the first checkpoint that has scores', async () => {
    const world = await PagesWorld.create();
    const [base = '', second, last] = await world.putRun('a');
    const { store } = world.api.world;
    const get = store.get.bind(store);
    store.get = async (key, ...range) =>
      key === keys.summary({ evaluation: base, round: 0 }) ? undefined : get(key, ...range);
    const document = await world.document(`/evaluations/${last}`);
    expect(document.querySelector('.links a[href^="/compare"]')?.getAttribute('href')).toBe(
      `/compare?a=${second}&b=${last}`,
    );
  });

  it('says what several samples of a problem add, with a column for each problem that leads to them', async () => {
    const { store } = world.api.world;
    const problems = [0, 1].map((i) => ({ id: `drawn/${i}`, problem: `${i} + 1`, answer: String(i + 1) }));
    await indexProblemSet(store, 'drawn', await putProblemSet(store, problems), 0);
    const evaluation = await world.api.evaluated({ benchmarks: ['drawn'] });
    const document = await world.document(`/evaluations/${evaluation}`);
    const heads = [...document.querySelectorAll('#samples th[scope=col]')].map(
      ({ textContent }) => textContent,
    );
    expect(heads).toEqual(['Benchmark', 'pass@1', 'pass@2', 'pass@4', 'maj@k']);
    const { repeated, score } = JSON.parse((await world.get(`/evaluations/${evaluation}.json`)).text);
    expect(repeated[0].passAt[0].mean).toBeCloseTo(score.mean, 12);
    const columns = [...document.querySelectorAll('#samples .grid a:not(.sq)')];
    expect(columns).toHaveLength(repeated[0].problems.length);
    const [problem = { id: '' }] = repeated[0].problems;
    const squares = [...document.querySelectorAll('#samples .grid div:first-child a.sq')];
    expect(squares.map((square) => square.getAttribute('href'))).toEqual(
      [0, 1, 2, 3].map(
        (sample) => `/evaluations/${evaluation}/samples/${problem.id}/${sample}?grader=reward`,
      ),
    );
    expect(columns[0]?.getAttribute('href')).toBe(
      `/evaluations/${evaluation}/samples?problem=${encodeURIComponent(repeated[0].problems[0].id)}&grader=reward`,
    );
    expect((await world.document(`/evaluations/${evaluations[2]}`)).querySelector('#samples')).toBeNull();
  });

  it('says which completions it has from other evaluations', async () => {
    const own = await PagesWorld.create();
    const [first = '', , last = ''] = await own.putRun('a');
    expect((await own.document(`/evaluations/${last}`)).body.textContent).not.toContain('copied from');
    const from = [{ evaluation: first, completions: 3 }];
    await put(own.api.world.store, record.takenOver({ evaluation: last, round: 0 }), { from });
    const document = await own.document(`/evaluations/${last}`);
    expect(document.body.textContent).toContain(
      '3 completions of this round were not made for it but copied',
    );
    expect(JSON.parse((await own.get(`/evaluations/${last}.json`)).text).takenOver).toEqual(from);
  });

  it('is the same at .json and .csv', async () => {
    const data = JSON.parse((await world.get(`/evaluations/${evaluations[2]}.json`)).text);
    expect(data).toMatchObject({ origin: { run: RUN, step: 6 }, policy: 'verified', score: { mean: 0.75 } });
    const [, row] = (await world.get(`/evaluations/${evaluations[2]}.csv`)).text.split('\r\n');
    expect(row).toMatch(/^reward,sums,4,1,4,0,0\.75,0\.30\d*,0\.95\d*,0,0,2$/);
  });

  it('is unknown where there is none', async () => {
    expect((await world.get(`/evaluations/${'a'.repeat(26)}`)).status).toBe(404);
  });
});

describe('an evaluation that is no success', () => {
  it('shows shards while it runs, goes on by itself, and can be cancelled by who may write', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    const path = `/evaluations/${evaluation}`;
    const message = world.api.world.sent.shift();
    const planning = await world.document(path);
    expect(planning.querySelector('h1')?.textContent).toBe('No score yet: nothing is planned');
    if (message) await world.api.world.deliver(message);
    world.api.passTime();
    const document = await world.document(path);
    expect(document.querySelector('h1')?.textContent).toMatch(/^No score yet: 0 of \d+ shards? done$/);
    expect(document.body.dataset['live']).toBe('1');
    expect(document.querySelector('main form')?.getAttribute('action')).toBe(`${path}/cancel`);
    const answer = await world.send(`${path}/cancel`, fieldsOf(document));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
    const cancelled = await world.document(path);
    expect(cancelled.querySelector('.state b')?.textContent).toBe('✕ cancelled');
    expect(cancelled.querySelector('main form')).toBeNull();
  });

  it('names why shards failed, claims no score, and can be retried', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    await world.api.settleWithDeadShard();
    const document = await world.document(`/evaluations/${evaluation}`);
    expect(document.querySelector('h1')?.textContent).toMatch(/^The model scores between .*are missing$/);
    expect(document.querySelector('.alert')?.textContent).toContain('1 shard without scores');
    const answer = await world.send(`/evaluations/${evaluation}/retry`, fieldsOf(document));
    expect(answer.status).toBe(303);
    expect(world.api.world.sent).toMatchObject([{ type: 'evaluation-requested', evaluation, round: 1 }]);
  });

  it('shows a refusal as text, and no button to who may only read', async () => {
    const world = await PagesWorld.create('read');
    const evaluation = await world.api.evaluate();
    const refused = { code: 'does-not-fit', detail: '<b>too</b> large' };
    await put(world.api.world.store, record.refused({ evaluation, round: 0 }), refused);
    const document = await world.document(`/evaluations/${evaluation}`);
    expect(document.querySelector('h1')?.textContent).toBe('The evaluation was refused');
    expect(document.querySelector('.alert')?.textContent).toContain('<b>too</b> large does-not-fit');
    expect(document.querySelector('main form')).toBeNull();
  });
});
