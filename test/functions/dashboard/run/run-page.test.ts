import { beforeAll, describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

describe('the page of a run', () => {
  let world: PagesWorld;
  let evaluations: readonly string[];
  beforeAll(async () => {
    world = await PagesWorld.create();
    evaluations = await world.putRun('solve 7 x + 2 = 51');
  });

  it('says the result as a sentence, with its interval, and claims no change that the interval does not', async () => {
    const heading = (await world.document(`/runs/${RUN}`)).querySelector('h1')?.textContent;
    expect(heading).toBe(
      'Step 6 scores 75.0 (30.1–95.4), the base 25.0: no clear change on the same problems',
    );
  });

  it('has a point for each scored checkpoint, each a link to what changed since the base', async () => {
    const document = await world.document(`/runs/${RUN}`);
    const dots = document.querySelector('#scores .plot .d0')?.getAttribute('d');
    expect(dots).toBe('M0 75h.01M50 50h.01M100 25h.01');
    const links = [...document.querySelectorAll('#scores a.hit')].map((link) => link.getAttribute('href'));
    const [base, ...later] = evaluations;
    expect(links).toEqual([`/evaluations/${base}`, ...later.map((each) => `/compare?a=${base}&b=${each}`)]);
  });

  it('shows every checkpoint with its state, and every value in a table', async () => {
    const document = await world.document(`/runs/${RUN}`);
    const cells = [...document.querySelectorAll('.strip li')].map((cell) => cell.textContent);
    expect(cells).toEqual([
      'base25.04.6–69.9✓ scored',
      'step 350.015.0–85.0✓ scored',
      'step 675.030.1–95.4✓ scored',
    ]);
    expect(document.querySelectorAll('#values tbody tr')).toHaveLength(3);
  });

  it('draws what moves and names what does not', async () => {
    const document = await world.document(`/runs/${RUN}`);
    const titles = [...document.querySelectorAll('#training figcaption b')].map((title) => title.textContent);
    expect(titles).toEqual(['Reward', 'Length', 'Entropy']);
    expect(document.querySelector('#training .note')?.textContent).toContain('clipped, 0 in every step');
  });

  it('has a bar for each step with how many groups carry a signal', async () => {
    const bars = [...(await world.document(`/runs/${RUN}`)).querySelectorAll('.bars a')];
    expect(bars.map((bar) => bar.getAttribute('href'))).toEqual(
      [1, 2, 3, 4, 5, 6].map((step) => `/runs/${RUN}/steps/${step}`),
    );
    expect(bars[1]?.getAttribute('title')).toBe('step 2: 1 mixed, 0 all right, 1 none right');
  });

  it('keeps the other choices when one is taken', async () => {
    const document = await world.document(`/runs/${RUN}?x=tokens&control=none`);
    const links = [...document.querySelectorAll('.seg a')].map((link) => link.getAttribute('href'));
    expect(links).toContain(`/runs/${RUN}?x=tokens&y=fit&control=none`);
    expect(links).toContain(`/runs/${RUN}?control=none`);
    expect(document.querySelector('.seg a[aria-current]')?.textContent).toBe('tokens');
  });

  it('is drawn over hours and dollars where they were recorded, in every curve and in its data', async () => {
    const own = await PagesWorld.create();
    await own.putRun('a');
    const plain = await own.document(`/runs/${RUN}?x=hours`);
    const axes = [...plain.querySelectorAll('nav[aria-label="x axis"] a')].map((link) => link.textContent);
    expect(axes).toEqual(['step', 'tokens']);
    expect(plain.querySelector('#scores .sh')?.textContent).toContain(
      'Not over hours but over steps: no clock',
    );
    for (const step of [1, 2, 3, 4, 5, 6])
      await put(own.api.world.store, record.stepTelemetry({ run: RUN, step, incarnation: 1 }), {
        ...{ seconds: { rollout: step < 4 ? 3600 : 7200 }, usd: 1 },
      });
    own.api.passTime();
    const document = await own.document(`/runs/${RUN}?x=hours`);
    expect(document.querySelector('#scores .plot .d0')?.getAttribute('d')).toBe(
      'M0 75h.01M33.33 50h.01M100 25h.01',
    );
    expect(document.querySelector('#training path.l0')?.getAttribute('d')).toMatch(/^M11\.11 /);
    const { checkpoints } = JSON.parse((await own.get(`/runs/${RUN}.json`)).text);
    expect(checkpoints[1]).toMatchObject({ step: 3, tokens: 300, hours: 3, usd: 3 });
    expect((await own.get(`/runs/${RUN}.csv`)).text).toMatch(/^run,step,tokens,hours,usd,.*\r\nr,0,0,0,0,/);
    expect((await own.document(`/runs/${RUN}?x=usd`)).querySelector('#scores')?.textContent).toContain(
      ' USD',
    );
  });

  it('is held against the newest run that is rewarded for the format alone', async () => {
    const own = await PagesWorld.create();
    await own.putRun('a');
    await own.putRun('a', { run: 'control', createdAt: 2000, reward: 'format' });
    const document = await own.document(`/runs/${RUN}`);
    expect(document.querySelectorAll('#scores .l1').length).toBeGreaterThan(0);
    expect(
      (await own.document(`/runs/${RUN}?control=none`)).querySelectorAll('#scores path.l1'),
    ).toHaveLength(0);
    expect((await own.document('/runs/control')).querySelectorAll('#scores path.l1')).toHaveLength(0);
  });

  it('draws other seeds of the same settings, and their mean where that is asked for', async () => {
    const own = await PagesWorld.create();
    await own.putRun('a');
    await own.putRun('a', { run: 'second', createdAt: 2000, seed: 1 });
    await own.putRun('a', { run: 'third', createdAt: 3000, seed: 2 });
    await own.putRun('a', { run: 'again', createdAt: 4000, seed: 0 }); // the seed of the page's run
    await own.putRun('a', { run: 'format', createdAt: 5000, seed: 3, reward: 'format' });
    await own.putRun('a', { run: 'fork', createdAt: 6000, seed: 4, fork: true });
    const thin = async (query: string) => {
      const document = await own.document(`/runs/${RUN}?control=none${query}`);
      return document.querySelectorAll('#scores .solo path.ls, #scores .multi path.ls').length;
    };
    expect([await thin(''), await thin('&seeds=mean'), await thin('&seeds=none')]).toEqual([2, 3, 0]);
    const document = await own.document(`/runs/${RUN}?seeds=mean`);
    expect(document.querySelector('.facts')?.textContent).toContain('mean of 3 seeds at step 6');
    expect(document.querySelector('#scores .plot b.e0')?.textContent).toBe('3 seeds 75.0');
    const data = JSON.parse((await own.get(`/runs/${RUN}.json`)).text);
    expect(data.seeds.others.map(({ run }: { run: string }) => run)).toEqual(['second', 'third']);
    expect((await own.get(`/runs/${RUN}.csv`)).text.split('\r\n')).toHaveLength(1 + 3 * 6 + 1);
    expect(JSON.parse((await own.get('/runs/fork.json')).text).seeds).toBeNull();
  });

  it('gives its data the same at .json: numbers, intervals and protocol', async () => {
    const data = JSON.parse((await world.get(`/runs/${RUN}.json`)).text);
    expect(data.checkpoints[2]).toMatchObject({ step: 6, state: 'scored', average: { mean: 0.75 } });
    expect(data.protocol.sets).toEqual([
      { benchmark: 'sums', samples: 1, temperature: 0, topP: 1, maxTokens: 3072 },
    ]);
    expect(data.gain).toMatchObject({ mean: 0.5 });
    const csv = (await world.get(`/runs/${RUN}.csv`)).text.split('\r\n');
    expect(csv).toHaveLength(1 + 6 + 1);
  });
});

describe('a run that is not done', () => {
  it('shows no score where there is none, and goes on by itself', async () => {
    const world = await PagesWorld.create();
    await world.putRun('a', { unscored: true });
    const document = await world.document(`/runs/${RUN}`);
    expect(document.querySelector('.strip .waiting')?.textContent).toContain('waiting');
    expect(document.querySelector('#scores .miss.w')?.getAttribute('title')).toBe('step 6: waiting');
    expect(document.querySelector('#scores .plot .d0')?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
    expect(document.body.dataset['live']).toBe('1');
  });

  it('says so before its first checkpoint', async () => {
    const world = await PagesWorld.create();
    await put(world.api.world.store, record.run('new'), {
      config: { recipe: 'a', steps: 10 },
      codeVersion: '1',
    });
    const document = await world.document('/runs/new');
    expect(document.querySelector('h1')?.textContent).toBe(
      'Nothing is stored of this run yet but its settings',
    );
  });

  it('names what failed, why, and has a button for who may write', async () => {
    const world = await PagesWorld.create();
    const [, , last = ''] = await world.putRun('a', { unscored: true });
    const { store } = world.api.world;
    await world.api.world.deliver({
      schemaVersion: 1,
      type: 'evaluation-requested',
      evaluation: last,
      round: 0,
    });
    await world.api.settleWithDeadShard();
    expect(await store.get(keys.summary({ evaluation: last, round: 0 }))).toBeDefined();
    const alert = (await world.document(`/runs/${RUN}`)).querySelector('.alert');
    expect(alert?.textContent).toContain('Step 6: 1 of 1 shard failed');
    const form = alert?.querySelector('form');
    expect(form?.getAttribute('action')).toBe(`/evaluations/${last}/retry`);
    const fields = Object.fromEntries(
      [...(form?.querySelectorAll('input') ?? [])].map((input) => [
        input.getAttribute('name') ?? '',
        input.getAttribute('value') ?? '',
      ]),
    );
    const answer = await world.send(`/evaluations/${last}/retry`, fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/runs/${RUN}`]);
    expect(world.api.world.sent).toMatchObject([
      { type: 'evaluation-requested', evaluation: last, round: 1 },
    ]);
  });

  it('has no button for who may only read', async () => {
    const world = await PagesWorld.create('read');
    const [, , last = ''] = await world.putRun('a', { unscored: true });
    await world.api.world.deliver({
      schemaVersion: 1,
      type: 'evaluation-requested',
      evaluation: last,
      round: 0,
    });
    await world.api.settleWithDeadShard();
    expect((await world.document(`/runs/${RUN}`)).querySelectorAll('.alert button')).toHaveLength(0);
  });
});

describe('a page that there is not', () => {
  it('is told as a page, with where to go on', async () => {
    const world = await PagesWorld.create();
    const unknown = await world.get('/runs/nobody');
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    expect(unknown.text).toContain('There is no run nobody');
    expect((await world.get('/nowhere')).text).toContain('There is no such page');
  });

  it('names a filter that there is not', async () => {
    const world = await PagesWorld.create();
    await world.putRun('a');
    const { status, text } = await world.get(`/runs/${RUN}?axis=tokens`);
    expect(status).toBe(422);
    expect(text).toContain('axis');
  });
});
