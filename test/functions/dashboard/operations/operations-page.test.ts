import { describe, expect, it } from 'vitest';
import type { TurnTelemetry } from '#shared/records/telemetry.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld } from '../pages-world.ts';

type Document = Awaited<ReturnType<PagesWorld['document']>>;

const texts = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map((each) => each.textContent);
const fieldsOf = (form: ReturnType<Document['querySelector']>) =>
  Object.fromEntries(
    [...(form?.querySelectorAll('input') ?? [])].map((input) => [
      input.getAttribute('name') ?? '',
      input.getAttribute('value') ?? '',
    ]),
  );

describe('the page of the evaluation plane', () => {
  it('says that nothing is at work where there is nothing', async () => {
    const document = await (await PagesWorld.create()).document('/operations');
    expect(document.querySelector('h1')?.textContent).toBe('No evaluation is at work');
    expect(document.querySelector('#timeline, #open')).toBeNull();
    expect(document.querySelector('.tabs [aria-current]')?.textContent).toBe('Operations');
  });

  it('counts the shards of what is at work: done, begun, waiting, and how old it is', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    const { sent } = world.api.world;
    const [plan] = sent.splice(0);
    await world.api.world.deliver(plan as NonNullable<typeof plan>);
    const [first, second] = sent.splice(0, 2);
    for (const each of [first, second]) await world.api.world.deliver(each as NonNullable<typeof first>);
    const verify = sent.findIndex(({ type }) => type === 'verify-shard');
    const [judged] = sent.splice(verify, 1);
    await world.api.world.deliver(judged as NonNullable<typeof judged>);
    world.api.world.now += 3 * 60_000;
    const document = await world.document('/operations');
    expect(document.querySelector('h1')?.textContent).toBe('1 evaluation at work, 1 of 3 shards done');
    expect(texts(document, `#o-${evaluation} td`).slice(2, 6)).toEqual(['1', '1', '1', '3 min']);
    expect(document.querySelector('.share')?.getAttribute('aria-label')).toBe(
      '1 done, 1 begun, 1 waiting, of 3',
    );
    const generate = texts(document, '#queues tbody tr:nth-child(2) > *');
    expect(generate).toEqual(['generate', '1', '2', '2 ▲ binds', '0']);
  });

  it('has a bar for each shard of one evaluation, and what it took against what was predicted', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluated();
    const { store } = world.api.world;
    const seconds = [10, 11, 40];
    for (const [shard, each] of seconds.entries())
      await put(store, record.shardTelemetry({ evaluation, round: 0 }, shard, 'd'.repeat(32)), {
        type: 'generate-shard',
        seconds: each,
      });
    world.api.passTime();
    const document = await world.document(`/operations?evaluation=${evaluation}`);
    const rows = texts(document, '#timeline .gantt tbody tr');
    expect(rows).toHaveLength(5); // plan, three shards, summary
    expect(rows[3]).toContain('2 ▲ straggler');
    expect(document.querySelector('#timeline .note')?.textContent).toContain('▲ 1 straggler');
    // 60 sums of 900 tokens; the scripted policy makes two of each.
    const tokens = texts(document, '#timeline table:not(.gantt) tbody tr:first-child > *');
    expect(tokens).toEqual(['Tokens', '54,000', '120', '0 %']);
    const { shown } = JSON.parse((await world.get('/operations.json')).text);
    expect(shown.cost.seconds).toEqual({ generate: 61, verify: 0 });
    expect(shown.cost.actual.billed).toMatchObject({ usd: 0, deliveries: 0, unbilled: 3 });
    expect(document.querySelector('#timeline')?.textContent).toContain('Nobody bills their time');
    const csv = (await world.get('/operations.csv')).text.split('\r\n');
    expect(csv[3]).toMatch(new RegExp(`^${evaluation},0,,,,2,.*,1,true,0,0,0,0,0$`));
    expect((await world.get(`/operations?evaluation=${'a'.repeat(26)}`)).status).toBe(404);
  });

  it('has what Lambda bills beside what was predicted, and where workers spent it', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluated();
    const { store } = world.api.world;
    const place = (shard: number, delivery: string) =>
      record.shardTelemetry({ evaluation, round: 0 }, shard, delivery.repeat(32));
    const billed = { seconds: 90, initSeconds: 10, memoryMib: 2048 };
    const turn: TurnTelemetry = {
      ...{ completions: 20, handedOver: 3, tokens: { ended: 40, gained: 7, again: 5 }, peakBytes: 2 ** 30 },
      caches: { stored: 1, late: 2, refused: 0, read: 0, lost: 1 },
      seconds: {
        load: 21,
        wait: 0,
        fetch: 12,
        round: 0,
        open: 9,
        make: 60,
        prompts: 20,
        steps: 30,
        store: 2,
      },
    };
    const type = 'generate-shard';
    await put(store, place(0, 'd'), { type, seconds: 88, billed, turn });
    await put(store, place(0, 'e'), { type, seconds: 100, failed: 'service-unavailable', billed });
    await put(store, place(1, 'f'), { type, seconds: 5, turn });
    world.api.passTime();
    const document = await world.document(`/operations?evaluation=${evaluation}`);
    const { shown } = JSON.parse((await world.get('/operations.json')).text);
    const usd = 2 * (200 * 0.0000166667 + 2e-7);
    expect(shown.cost.actual.billed).toEqual({
      ...{ seconds: { generate: 200, verify: 0 }, gigabyteSeconds: 400, deliveries: 2, unbilled: 1 },
      usd: expect.closeTo(usd, 12),
    });
    const dollars = texts(document, '#timeline [aria-label="What it takes"] tbody tr:nth-child(2) > *');
    expect(dollars).toEqual(['US dollars', '0.05', '0.0067', '12 %']);
    expect(shown.cost.turns).toMatchObject({ turns: 2, handedOver: 6, seconds: { fetch: 24, open: 18 } });
    const [{ loading, deliveries }] = shown.timeline.shards;
    expect([loading, deliveries]).toEqual([{ start: 10, wait: 0, fetch: 12, round: 0, open: 9 }, 1]);
    const spent = texts(document, '#timeline [aria-label="Where workers spent it"] tbody tr');
    expect(spent.map((text) => text?.trim())).toEqual([
      'fetch the model24 s',
      'open the session18 s',
      'run prompts40 s',
      'run steps of one token60 s',
      'store keys and values4.0 s',
    ]);
    const told = texts(document, '#timeline .note').join(' ');
    expect(told).toContain(
      '6 completions handed over, 2 with keys and values; 4 had no time left to store them; 2 could not be read',
    );
  });

  it('redrives a dead letter with its button, which readers do not have', async () => {
    const world = await PagesWorld.create();
    const evaluation = await world.api.evaluate();
    await world.api.settleWithDeadShard();
    const document = await world.document('/operations');
    const letter = document.querySelector(`#l-${evaluation}`);
    expect(letter?.textContent).toContain('generate-dead × 1');
    const form = letter?.querySelector('form') ?? null;
    const foreign = await world.send(form?.getAttribute('action') ?? '', { csrf: 'x' });
    expect(foreign.status).toBe(403);
    const answer = await world.send(form?.getAttribute('action') ?? '', fieldsOf(form));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/operations']);
    const after = await world.document('/operations');
    expect(after.querySelector('h1')?.textContent).toBe('1 evaluation at work');
    expect(after.querySelector('.alert')).toBeNull();
    const again = await world.send(form?.getAttribute('action') ?? '', fieldsOf(form));
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('round-running')]);
    const reader = await PagesWorld.create('read');
    await reader.api.evaluate();
    await reader.api.settleWithDeadShard();
    const seen = await reader.document('/operations');
    expect(seen.querySelector('main form')).toBeNull();
    expect(seen.querySelector('.alert')?.textContent).toContain('POST /v1/dead-letters/');
  });
});
