import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { itemName } from '#shared/items.ts';
import type { ByteRange } from '#shared/ports/object-store.ts';
import type { Completion } from '#shared/records/evaluations.ts';
import { keys } from '#shared/storage/keys.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { putRecording, readRecording } from '#shared/storage/recording.ts';
import { ForwardingStore } from '../../functions/scheduler/forwarding-store.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

/** A store that keeps what was read of each key. */
class WatchedStore extends ForwardingStore {
  readonly reads: [string, ByteRange | undefined][] = [];

  override get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.reads.push([key, range]);
    return super.get(key, range);
  }
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 });
/** Samples of problems, those of each from 0 on. */
const anyRecording = fc
  .array(fc.array(anyText, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 })
  .map((problems): readonly Completion[] =>
    problems.flatMap((texts, n) =>
      texts.map((text, sample) => ({ problem: `set/${n}`, sample, text, tokens: 1, finish: 'stop' })),
    ),
  );

let store: WatchedStore;
beforeEach(() => {
  store = new WatchedStore(new MemoryStore());
});

describe('recorded completions', () => {
  it('are read back in whatever order and company they are asked for, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecording, fc.array(fc.nat(30), { minLength: 1 }), async (all, picks) => {
        const blob = await putRecording(store, all);
        const items = picks.map((pick) => all[pick % all.length] as Completion);
        expect(await readRecording(store, blob, items)).toEqual(items);
      }),
    );
  });

  it('are read by their own lines alone, those that stand side by side at once', async () => {
    const line = (n: number, sample: number): Completion => ({
      ...{ problem: `set/${n}`, sample, text: `${'x'.repeat(100 * n)} ${sample}` },
      ...{ tokens: 1, finish: 'stop' },
    });
    const all = [1, 2, 3].flatMap((n) => [line(n, 0), line(n, 1)]);
    const blob = await putRecording(store, all);
    const size = (await store.get(keys.blob(blob)))?.length as number;
    store.reads.length = 0;
    await readRecording(store, blob, [line(1, 1), line(2, 0), line(3, 1)]);
    const ranges = store.reads.filter(([key]) => key === keys.blob(blob)).map(([, range]) => range);
    expect(ranges).toHaveLength(2);
    expect(ranges.at(-1)?.end).toBe(size);
    const read = ranges.reduce(
      (sum, range) => sum + (range as ByteRange).end - (range as ByteRange).start,
      0,
    );
    expect(read).toBeLessThan(size - 100);
  });

  it('without an index are read as a whole', async () => {
    const text = '{"problem":"set/1","sample":0,"text":"a","tokens":1,"finish":"stop"}\n';
    const blob = await putBlob(store, new TextEncoder().encode(text));
    const [completion] = await readRecording(store, blob, [{ problem: 'set/1', sample: 0 }]);
    expect(completion?.text).toBe('a');
  });

  it('that are not there are named', async () => {
    const blob = await putRecording(store, [
      { problem: 'set/1', sample: 0, text: '', tokens: 0, finish: 'stop' },
    ]);
    for (const item of [
      { problem: 'set/1', sample: 1 },
      { problem: 'set/2', sample: 0 },
    ]) {
      const [problem, sample] = itemName(item).split(' ');
      await expect(readRecording(store, blob, [item])).rejects.toMatchObject({
        code: 'completions-missing',
        message: expect.stringContaining(`lack sample ${sample} of ${problem}`),
      });
    }
  });

  it('are stored in order, or not at all', async () => {
    const line = { problem: 'set/1', text: '', tokens: 0, finish: 'stop' } as const;
    await expect(putRecording(store, [{ ...line, sample: 1 }])).rejects.toThrow('does not follow');
    const split = [
      { ...line, sample: 0 },
      { ...line, problem: 'set/2', sample: 0 },
      { ...line, sample: 1 },
    ];
    await expect(putRecording(store, split)).rejects.toThrow('does not follow');
    expect(await store.list('')).toEqual([]);
  });
});
