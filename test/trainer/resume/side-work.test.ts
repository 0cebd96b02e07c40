import { beforeEach, expect, it } from 'vitest';
import { KnownError, messageOf } from '#shared/errors.ts';
import { SideWork } from '#trainer/resume/side-work.ts';

let said: string[];
let done: string[];
let broken: Set<string>;
let side: SideWork;

beforeEach(() => {
  [said, done, broken] = [[], [], new Set()];
  side = new SideWork((kind, error) => said.push(`${kind}: ${messageOf(error)}`));
});

const work = (kind: string, step: number) =>
  side.do(kind, step, async () => {
    if (broken.has(kind)) throw new KnownError('service-unavailable', 'away');
    done.push(`${kind} ${step}`);
  });

it('that fails is told once, and done later, in order', async () => {
  broken.add('event');
  for (const step of [1, 2, 3]) await work('event', step);
  await side.catchUp();
  expect([said, done]).toEqual([['event: away'], []]);
  broken.clear();
  await side.catchUp();
  await side.catchUp();
  expect(done).toEqual(['event 1', 'event 2', 'event 3']);
  broken.add('event');
  await work('event', 4);
  expect(said).toHaveLength(2);
});

it('is replaced by work of the same name, and is not done twice', async () => {
  broken.add('old state');
  const deletion = (newest: number) =>
    side.do('old state', 0, async () => {
      if (broken.has('old state')) throw new Error('away');
      done.push(`older than ${newest}`);
    });
  await deletion(20);
  await deletion(40);
  broken.clear();
  await side.catchUp();
  expect(done).toEqual(['older than 40']);
  broken.add('old state');
  await deletion(60);
  broken.clear();
  await deletion(80);
  await side.catchUp();
  expect(done).toEqual(['older than 40', 'older than 80']);
});

it('of one kind does not wait for another kind', async () => {
  broken = new Set(['event', 'telemetry']);
  await work('event', 1);
  await work('telemetry', 1);
  broken = new Set(['event']);
  await side.catchUp();
  expect(done).toEqual(['telemetry 1']);
});

it('that finds the run taken over by another driver says so', async () => {
  const taken = side.do('old state', 1, () => Promise.reject(new KnownError('superseded', 'taken')));
  await expect(taken).rejects.toMatchObject({ code: 'superseded' });
  expect(said).toEqual([]);
});
