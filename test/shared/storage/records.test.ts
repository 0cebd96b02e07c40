import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '#shared/records/ids.ts';
import { checkKey } from '#shared/storage/check-key.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { find, read } from '#shared/storage/read.ts';
import { type RecordKind, type RecordSchema, record } from '#shared/storage/records.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { arbitraryOf } from '../records/arbitrary-of.ts';
import { namesOf } from './names-of.ts';

type AnyKind = RecordKind<readonly unknown[], RecordSchema>;
/** Each row with all names it can be given; the names are those of the row, which the types of `namesOf` say. */
const rows = Object.entries(record).map(
  ([kind, row]) =>
    [kind, row as AnyKind, namesOf[kind as keyof typeof record] as fc.Arbitrary<unknown[]>] as const,
);

describe('the table of records', () => {
  it.each(rows)('gives back what was put as %s', async (_, row, names) => {
    const { schema } = row.at('any');
    await fc.assert(
      fc.asyncProperty(names, arbitraryOf(schema), async (given, object) => {
        const store = new MemoryStore();
        const { schemaVersion: version, ...content } = object as {
          schemaVersion: number;
        } /* every record has one */;
        expect(version).toBe(SCHEMA_VERSION);
        const place = row(...given);
        expect(await find(store, place)).toBeUndefined();
        expect(await put(store, place, content)).toBe('created');
        expect(await read(store, place)).toEqual(schema.parse(object));
        expect(await read(store, row.at(place.key))).toEqual(schema.parse(object));
        expect(await put(store, place, content)).toBe('exists');
      }),
      { numRuns: 40 },
    );
  });

  it('has a key of its own for each record', () => {
    const places = fc.oneof(
      ...rows.map(([kind, row, names]) => names.map((given) => ({ kind, row, given }))),
    );
    fc.assert(
      fc.property(places, places, (a, b) => {
        const [one, other] = [a.row(...a.given), b.row(...b.given)];
        expect(checkKey(one.key)).toBe(one.key);
        if (one.key === other.key) expect([a.kind, a.given]).toEqual([b.kind, b.given]);
      }),
      { numRuns: 2000 },
    );
  });

  it('has a row for every key that leads to a record', () => {
    const { prefix: _, ...named } = keys;
    const bodies = ['blob', 'state', 'problemSet', 'roundedFile', 'part', 'cache', 'dead'];
    expect([...Object.keys(record), ...bodies].sort()).toEqual(Object.keys(named).sort());
  });

  it('refuses what could not be read again, by type and before it is stored', async () => {
    const store = new MemoryStore();
    const round = { evaluation: 'e'.repeat(26), round: 0 };
    const refusals = [
      // @ts-expect-error: a misspelt field
      () => put(store, record.refused(round), { code: 'x', detial: '' }),
      // @ts-expect-error: one is missing
      () => put(store, record.outcome(round, 0), { kind: 'failed' }),
      // @ts-expect-error: of no kind
      () => put(store, record.outcome(round, 0), { kind: 'lost', reason: '' }),
      // @ts-expect-error: of another type
      () => put(store, record.pendingEvaluation(round), { createdAt: 'now' }),
      // @ts-expect-error: a record of another row
      () => put(store, record.summary(round), { code: 'x', detail: '' }),
      () => put(store, record.generation('no digest'), { spec: { ...spec, model: 'no digest' } }),
    ];
    for (const refused of refusals) await expect(refused()).rejects.toThrow(TypeError);
    // @ts-expect-error: names of another row
    expect(record.summary({ run: 'r', step: 1, incarnation: 1 }).key).not.toContain('runs/');
    expect(await store.list('')).toEqual([]);
  });

  it('knows what is read', async () => {
    const store = new MemoryStore();
    await put(store, record.refused({ evaluation: 'e', round: 0 }), { code: 'x', detail: 'y' });
    const refused = await read(store, record.refused({ evaluation: 'e', round: 0 }));
    expect(refused.code).toBe('x');
    // @ts-expect-error: no such field
    expect(refused.reason).toBeUndefined();
  });
});

const digest = 'd'.repeat(26);
const spec = {
  model: digest,
  template: { kind: 'chat', digest },
  stop: [],
  precision: 'fp32',
  generator: { kind: 'onnx', version: '1' },
  seed: 0,
  sets: [{ benchmark: 'b', problems: digest, samples: 1, temperature: 0, topP: 1, maxTokens: 1 }],
} as const;
