import { expect, it } from 'vitest';
import { keepLatest } from '#functions/generate/policy/keep-latest.ts';

/** What was made and freed, in its order. */
function recording(failing: readonly string[] = []) {
  const events: string[] = [];
  const latest = keepLatest(async (name: string) => {
    events.push(`begins ${name}`);
    await Promise.resolve();
    if (failing.includes(name) && events.filter((event) => event === `begins ${name}`).length === 1)
      throw new Error(`no ${name}`);
    events.push(`made ${name}`);
    const release = async () => {
      await Promise.resolve();
      events.push(`freed ${name}`);
    };
    return { name, release };
  });
  return { events, latest };
}

it('frees what it holds before it makes another', async () => {
  const { events, latest } = recording();
  expect((await latest('a')).name).toBe('a');
  expect((await latest('a')).name).toBe('a');
  expect((await latest('b')).name).toBe('b');
  expect(events).toEqual(['begins a', 'made a', 'freed a', 'begins b', 'made b']);
});

it('makes once what two ask for at a time', async () => {
  const { events, latest } = recording();
  const [one, other] = await Promise.all([latest('a'), latest('a')]);
  expect(one).toBe(other);
  expect(events).toEqual(['begins a', 'made a']);
});

it('tries again after a failure, of which all hear that waited', async () => {
  const { events, latest } = recording(['a']);
  const ends = await Promise.allSettled([latest('a'), latest('a')]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await latest('a')).name).toBe('a');
  expect(events).toEqual(['begins a', 'begins a', 'made a']);
});

it('makes another after one that failed, with nothing to free', async () => {
  const { events, latest } = recording(['a']);
  await expect(latest('a')).rejects.toThrow('no a');
  await latest('b');
  expect(events).toEqual(['begins a', 'begins b', 'made b']);
});
