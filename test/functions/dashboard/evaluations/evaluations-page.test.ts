import { describe, expect, it } from 'vitest';
import { indexEvaluation } from '#functions/plan/index-evaluation.ts';
import { findRequest } from '#functions/results/evaluations/read-evaluation.ts';
import { evaluationId } from '#shared/storage/evaluation-identity.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

type Document = Awaited<ReturnType<PagesWorld['document']>>;

const rows = (document: Document) =>
  [...document.querySelectorAll('tr[id^=e-]')].map((row) => row.getAttribute('id')?.slice(2));

describe('the page of all evaluations', () => {
  it('says how to begin where there is none', async () => {
    const { text } = await (await PagesWorld.create()).get('/evaluations');
    expect(text).toContain('No evaluation is stored here yet');
  });

  it('has a row for each, with its checkpoint or model, state and score', async () => {
    const world = await PagesWorld.create();
    const evaluations = await world.putRun('a');
    const loose = await world.api.evaluated();
    const document = await world.document('/evaluations');
    expect(rows(document).toSorted()).toEqual([...evaluations, loose].toSorted());
    const told = document.querySelector(`#e-${evaluations[2]}`)?.textContent;
    expect(told).toContain('a r, step 6● done75.0 30.1–95.4sums');
    expect(document.querySelector(`#e-${loose}`)?.textContent).toContain('model ');
    expect(document.querySelector('.tabs [aria-current]')?.textContent).toBe('Evaluations');
  });

  it('narrows to a run, and names the filter that removed the last row', async () => {
    const world = await PagesWorld.create();
    const evaluations = await world.putRun('a');
    await world.api.evaluated();
    const document = await world.document(`/evaluations?run=${RUN}`);
    expect(rows(document).toSorted()).toEqual(evaluations.toSorted());
    expect(document.querySelector('.seg [aria-current]')?.textContent).toBe('a r');
    const nothing = await world.document('/evaluations?run=other');
    expect(nothing.querySelector('.links a')?.getAttribute('href')).toBe('/evaluations');
    expect((await world.get('/evaluations?rum=other')).status).toBe(422);
  });

  it('goes on from page to page, newest first, within the run', async () => {
    const world = await PagesWorld.create();
    const [evaluation = ''] = await world.putRun('a');
    const { store } = world.api.world;
    const request = await findRequest(store, evaluation);
    const day = 86_400_000;
    for (let index = 1; index <= 60; index++) {
      const another = { ...request, generation: { ...request.generation, seed: index } };
      await put(store, record.evaluationRequest(evaluationId(another)), another);
      await indexEvaluation(another, index * day, { run: RUN, step: index }, store);
    }
    world.api.passTime();
    const times = (document: Document) =>
      [...document.querySelectorAll('tr[id^=e-] time')].map((time) => time.getAttribute('datetime') ?? '');
    const first = await world.document(`/evaluations?run=${RUN}`);
    const older = first.querySelector('a[rel=next]')?.getAttribute('href') ?? '';
    expect(older).toMatch(new RegExp(`^/evaluations\\?run=${RUN}&cursor=`));
    const second = await world.document(older);
    const all = [...times(first), ...times(second)];
    expect([times(first).length, all.length]).toEqual([50, 63]);
    expect(all).toEqual(all.toSorted().toReversed());
    expect(second.querySelector('a[rel=next]')).toBeNull();
  });

  it('is the same at .json and .csv', async () => {
    const world = await PagesWorld.create();
    await world.putRun('a');
    const { evaluations, next } = JSON.parse((await world.get('/evaluations.json')).text);
    expect([evaluations.length, next]).toEqual([3, null]);
    expect((await world.get('/evaluations.csv')).text.split('\r\n')).toHaveLength(1 + 3 + 1);
  });
});
