import { beforeEach, expect, it } from 'vitest';
import { PagesWorld } from '../pages-world.ts';

let world: PagesWorld;
let evaluation: string;
beforeEach(async () => {
  world = await PagesWorld.create();
  evaluation = (await world.putRun('a text', { disputed: true }))[2] ?? '';
});

const address = () => `/evaluations/${evaluation}/samples/sums/1/0`;

/** Fills in the form of a sample's page, and sends it as a browser without scripts does. */
async function disagree(claim: string | undefined, text: string) {
  const form = (await world.document(address())).querySelector('#notes form');
  const chosen = claim ?? form?.querySelector('option')?.getAttribute('value') ?? '';
  const hidden = [...(form?.querySelectorAll('input') ?? [])].map((input) => [
    input.getAttribute('name'),
    input.getAttribute('value'),
  ]);
  return world.send(form?.getAttribute('action') ?? '', {
    ...Object.fromEntries(hidden),
    claim: chosen,
    text,
  });
}

it('is written with the form of the page, shown there, marked in the list, counted in the audit, and withdrawn', async () => {
  const answer = await disagree(undefined, 'Because\r\nof this.');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `${address()}#notes`]);
  const page = await world.document(address());
  expect(page.querySelector('#notes li')?.textContent).toContain('Because\nof this.');
  const list = await world.document(`/evaluations/${evaluation}/samples`);
  expect(list.querySelectorAll('.hits li')).toHaveLength(4);
  expect(
    [...list.querySelectorAll('.hits .may')].filter((mark) => /a reader disagrees/.test(mark.textContent)),
  ).toHaveLength(1);
  const audit = await world.document(`/audit?evaluation=${evaluation}`);
  const notes = audit.querySelector('#notes');
  expect(notes?.textContent).toMatch(/Notes on 1 of 4 completions, 25\.0 %/);
  expect(notes?.querySelector('li a')?.getAttribute('href')).toBe(`${address()}#notes`);
  const { readers } = JSON.parse((await world.get(`/audit.json?evaluation=${evaluation}`)).text);
  expect(readers).toMatchObject({
    noted: 1,
    of: 4,
    notes: [{ problem: 'sums/1', text: 'Because\nof this.' }],
  });

  const form = page.querySelector('#notes li form');
  const csrf = form?.querySelector('[name=csrf]')?.getAttribute('value') ?? '';
  const action = form?.getAttribute('action') ?? '';
  expect((await world.send(action, { csrf, next: address() })).status).toBe(303);
  expect((await world.document(address())).querySelector('#notes li')).toBeNull();
});

it('cannot be forged, contradict itself or be longer than it may be', async () => {
  const action = `${address()}/notes`;
  const claim = 'reward:no-answer';
  expect((await world.send(action, { csrf: 'x', claim, text: '' })).status).toBe(403);
  expect((await disagree('nobody:correct', '')).status).toBe(400);
  expect((await disagree(claim, 'x'.repeat(1001))).status).toBe(400);
  expect((await disagree(claim, '€'.repeat(1000))).status).toBe(303);
});

it('has no form for who may read only, and says how else', async () => {
  const reader = await PagesWorld.create('read');
  const [, , last] = await reader.putRun('a');
  const path = `/evaluations/${last}/samples/sums/1/0`;
  const page = await reader.document(path);
  expect(page.querySelector('#notes form')).toBeNull();
  expect(page.querySelector('#notes')?.textContent).toContain(`POST /v1${path}/notes`);
});
