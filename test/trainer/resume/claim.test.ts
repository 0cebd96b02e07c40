import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { newestCheckpoint, readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { findJournal, putJournal } from '#trainer/journal/journal.ts';
import { journalBytes } from '#trainer/journal/journal-bytes.ts';
import { toRecord } from '#trainer/journal/rollout-record.ts';
import { assertCurrent, assertSameHost, claim } from '#trainer/resume/claim.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const host = { torch: '2', transformers: '5', instructionSet: 'AVX2' };
let store: MemoryStore;

beforeEach(() => {
  store = new MemoryStore();
});

describe('the history of a run', () => {
  it('begins with nothing', async () => {
    expect(await newestCheckpoint(store, 'r')).toBeNull();
    expect(await readCheckpointLine(store, 'r')).toEqual([]);
  });

  it('stands at the newest checkpoint of the highest incarnation', async () => {
    await claim(store, 'r', { resumesFrom: null, host });
    await commit(0, 1, null);
    const newest = await commit(5, 1, keys.checkpoint({ run: 'r', step: 0, incarnation: 1 }));
    expect(await newestCheckpoint(store, 'r')).toBe(newest);
  });

  it('stands at what the highest incarnation resumed from until that commits one', async () => {
    await claim(store, 'r', { resumesFrom: null, host });
    const zero = await commit(0, 1, null);
    await commit(5, 1, zero);
    await claim(store, 'r', { resumesFrom: zero, host });
    expect(await newestCheckpoint(store, 'r')).toBe(zero);
    const five = await commit(5, 2, zero);
    expect((await readCheckpointLine(store, 'r')).map(({ key }) => key)).toEqual([zero, five]);
  });

  it('never reads what a driver writes that another has taken over from', async () => {
    const stale = await claim(store, 'r', { resumesFrom: null, host });
    const zero = await commit(0, 1, null);
    await claim(store, 'r', { resumesFrom: zero, host });
    await commit(60, stale.incarnation, zero);
    expect(await newestCheckpoint(store, 'r')).toBe(zero);
  });

  it('tells a driver that another has taken over', async () => {
    const first = await claim(store, 'r', { resumesFrom: null, host });
    await assertCurrent(store, first);
    const second = await claim(store, 'r', { resumesFrom: null, host });
    await expect(assertCurrent(store, first)).rejects.toMatchObject({ code: 'superseded' });
    await assertCurrent(store, second);
  });

  it('gives two drivers that claim at once different incarnations', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => claim(store, 'r', { resumesFrom: null, host })));
    expect(new Set(claims.map(({ incarnation }) => incarnation)).size).toBe(3);
  });

  it('refuses a host that would round differently', async () => {
    await claim(store, 'r', { resumesFrom: null, host });
    await assertSameHost(store, 'r', host);
    const other = { ...host, instructionSet: 'AVX512' };
    await expect(assertSameHost(store, 'r', other)).rejects.toMatchObject({ code: 'host-differs' });
  });

  it('refuses another version of the decoder that draws', async () => {
    const drawing = { ...host, decoder: 'onnx/3' };
    await claim(store, 'r', { resumesFrom: null, host: drawing });
    await assertSameHost(store, 'r', drawing);
    await expect(assertSameHost(store, 'r', { ...host, decoder: 'onnx/4' })).rejects.toMatchObject({
      code: 'host-differs',
    });
  });
});

describe('a journal', () => {
  const rollout = {
    row: 0,
    sample: 0,
    example: 'e',
    prompt: Int32Array.of(1),
    completion: Int32Array.of(2, -1),
    truncated: false,
    text: '7',
    samplerLogprobs: Float32Array.of(-0.1, Number.NEGATIVE_INFINITY),
    oldLogprobs: Float32Array.of(-0, 1e-45),
    referenceLogprobs: null,
    verdict: 'correct' as const,
    reason: 'equal-number',
    extracted: '7',
    reward: 1,
    advantage: 0,
    critic: null,
  };

  it('is read back by the driver that resumes, the latest one first', async () => {
    await putJournal(store, { run: 'r', incarnation: 1 }, 3, [rollout]);
    const [values, returns, advantages] = [Float32Array.of(1, 2, 3), Float32Array.of(4), new Float32Array()];
    const later = [{ ...rollout, reward: 0, critic: { values, returns, advantages } }, rollout];
    await putJournal(store, { run: 'r', incarnation: 2 }, 3, later);
    const found = await findJournal(store, { run: 'r', incarnation: 3 }, 3);
    expect(found?.rollouts).toEqual(later);
    expect(await findJournal(store, { run: 'r', incarnation: 3 }, 4)).toBeUndefined();
  });

  it('is canonical JSON, whatever the completions say', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });
    fc.assert(
      fc.property(texts, fc.nat(), (said, step) => {
        const rollouts = said.map((text, sample) => ({ ...rollout, sample, text }));
        const whole = { schemaVersion: 1, step, rollouts: rollouts.map(toRecord) };
        expect(journalBytes(step, rollouts)).toEqual(Buffer.from(canonicalJson(whole)));
      }),
    );
  });
});

async function commit(step: number, incarnation: number, parent: string | null): Promise<string> {
  const key = keys.checkpoint({ run: 'r', step, incarnation });
  const model = 'm'.repeat(26);
  await put(store, record.checkpoint.at(key), {
    step,
    model,
    state: {},
    parent,
    steps: [],
    evaluation: null,
  });
  return key;
}
