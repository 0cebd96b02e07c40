import { beforeEach, describe, expect, it } from 'vitest';
import { keys } from '#shared/storage/keys.ts';
import { ApiWorld } from './api-world.ts';

let api: ApiWorld;
let evaluation: string;
beforeEach(async () => {
  api = await ApiWorld.create();
  evaluation = await api.evaluated();
});

const sample = (of: string) => `/v1/evaluations/${of}/samples/sums/0/0`;
const write = (note: object, of = evaluation) => api.post(`${sample(of)}/notes`, note);
const list = async (query = '') => (await api.get(`/v1/evaluations/${evaluation}/notes${query}`)).body;

describe('a note of a reader', () => {
  it('is stored once however often it is said, and shown with its sample', async () => {
    const { verdicts } = (await api.get(sample(evaluation))).body;
    const [{ verdict: said }] = verdicts;
    const holds = said === 'correct' ? 'incorrect' : 'correct';
    const note = { grader: 'reward', holds, text: ' the unit\r\nis missing ' };
    const answers = [
      await write(note),
      await write(note),
      await write({ ...note, text: 'the unit\nis missing' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200]);
    const [{ body }] = answers as [(typeof answers)[0]];
    expect(body).toMatchObject({ problem: 'sums/0', sample: 0, said, holds, text: 'the unit\nis missing' });
    expect(await list()).toEqual({ items: [body], total: 1, next: null });
    expect((await api.get(sample(evaluation))).body.notes).toEqual([body]);
    expect(await api.world.store.list(keys.prefix.notes(evaluation))).toEqual([
      keys.note(evaluation, body.note),
    ]);
  });

  it('may give no reason, and changes no score', async () => {
    const before = (await api.get(`/v1/evaluations/${evaluation}`)).body;
    const { status, body } = await write({ grader: 'reward', holds: 'no-answer' });
    expect([status, body.text]).toEqual([201, null]);
    expect((await api.get(`/v1/evaluations/${evaluation}`)).body).toEqual(before);
  });

  it('is withdrawn, twice without harm, and may be said again', async () => {
    const { body } = await write({ grader: 'reward', holds: 'no-answer' });
    const path = `/v1/evaluations/${evaluation}/notes/${body.note}`;
    expect([(await api.ask('DELETE', path)).status, (await api.ask('DELETE', path)).status]).toEqual([
      204, 204,
    ]);
    expect((await list()).items).toEqual([]);
    const again = await write({ grader: 'reward', holds: 'no-answer' });
    expect(again.status).toBe(201);
    expect((await list()).items.map(({ note }: { note: string }) => note)).toEqual([again.body.note]);
    const unknown = await api.ask('DELETE', `/v1/evaluations/${evaluation}/notes/${'a'.repeat(26)}`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'note-unknown']);
  });

  it('is refused where it says nothing against a verdict that there is', async () => {
    const { verdicts } = (await api.get(sample(evaluation))).body;
    const codeOf = async (note: object, of?: string) => {
      const { status, body } = await write(note, of);
      return `${status} ${body.code}`;
    };
    const holds = 'no-answer';
    if (verdicts[0].verdict !== 'no-answer')
      expect(await codeOf({ grader: 'reward', holds: verdicts[0].verdict })).toBe('422 note-agrees');
    expect(await codeOf({ grader: 'format', holds })).toBe('422 grader-unknown');
    expect(await codeOf({ grader: 'reward', holds: 'too-hard' })).toMatch(/^4\d\d request-invalid$/);
    expect(await codeOf({ grader: 'reward', holds, text: 'x'.repeat(1001) })).toMatch(
      /^4\d\d request-invalid$/,
    );
    expect(await codeOf({ grader: 'reward', holds }, 'a'.repeat(26))).toBe('404 evaluation-unknown');
    const none = await api.post(`/v1/evaluations/${evaluation}/samples/sums/0/9/notes`, {
      grader: 'reward',
      holds,
    });
    expect([none.status, none.body.code]).toEqual([404, 'sample-unknown']);
  });

  it('needs the scope write', async () => {
    const token = await api.token('read');
    const json = { grader: 'reward', holds: 'no-answer' };
    const { status, body } = await api.ask('POST', `${sample(evaluation)}/notes`, { json, token });
    expect([status, body.code]).toEqual([403, 'scope-insufficient']);
  });
});

it('pages through notes by problem and sample', async () => {
  for (const problem of [3, 1, 2])
    await api.post(`/v1/evaluations/${evaluation}/samples/sums/${problem}/0/notes`, {
      ...{ grader: 'reward', holds: 'no-answer' },
    });
  const first = await list('?limit=2');
  expect(first).toMatchObject({ items: [{ problem: 'sums/1' }, { problem: 'sums/2' }], total: 3, next: '2' });
  expect(await list(`?limit=2&cursor=${first.next}`)).toMatchObject({
    items: [{ problem: 'sums/3' }],
    next: null,
  });
});
