import { expect, it } from 'vitest';
import { allPages } from '#functions/dashboard/pages.ts';
import { warmPages } from '#functions/dashboard/warm-pages.ts';
import { PagesWorld, RUN } from './pages-world.ts';

const going = new AbortController().signal;

it('shows a page of every kind that leads somewhere, once', async () => {
  const world = await PagesWorld.create();
  await world.putRun('pi1');
  const asked: string[] = [];
  const statuses = new Set<number>();
  await warmPages(async (address) => {
    asked.push(address);
    const { status, text } = await world.get(address);
    statuses.add(status);
    return text;
  }, going);
  expect([...statuses]).toEqual([200]);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.slice(0, 2)).toEqual(['/', `/runs/${RUN}`]);
  const forms = allPages.map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}(?:\\?|$)`));
  const missing = forms.filter((form) => !asked.some((address) => form.test(address)));

  expect(missing.map(String)).toEqual([]);
});

it('begins no further page once it is told that it is enough', async () => {
  const enough = new AbortController();
  const asked: string[] = [];
  await warmPages(async (address) => {
    asked.push(address);
    enough.abort();
    return '<a href="/evaluations">more</a>';
  }, enough.signal);
  expect(asked).toEqual(['/']);
});

it('goes on after a page that cannot be shown, and follows no data', async () => {
  const asked: string[] = [];
  const shown: Record<string, string> = {
    '/': '<a href="/runs/a.json"></a><a href="/runs/a?x=1&amp;y=2"></a>',
  };
  await warmPages(async (address) => {
    asked.push(address);
    return shown[address] ?? 'no such page';
  }, going);
  expect(asked).toEqual(['/', '/runs/a?x=1&y=2']);
});
