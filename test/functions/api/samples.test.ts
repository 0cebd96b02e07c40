import { beforeEach, describe, expect, it } from 'vitest';
import { indexEvaluation } from '#functions/plan/index-evaluation.ts';
import type { RoundManifest, ScoredItem } from '#shared/records/evaluations.ts';
import { encodePart } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { put } from '#shared/storage/put.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { claim } from '#trainer/resume/claim.ts';
import { MODEL, scriptedPolicy } from '../small-world.ts';
import { ApiWorld } from './api-world.ts';

describe('filters of GET /v1/evaluations/{evaluation}/samples', () => {
  let api: ApiWorld;
  let path: string;

  beforeEach(async () => {
    api = await ApiWorld.create();
    path = `/v1/evaluations/${await api.evaluated({ graders: ['reward', 'format'] })}/samples`;
  });
  const ask = async (query: string) => (await api.get(`${path}?limit=100&${query}`)).body;
  const sums = ({ items }: { items: readonly { problem: string }[] }) => items.map(({ problem }) => problem);

  it('count what each choice would leave, with the other filters as they are', async () => {
    const { total, counts } = await ask('');
    expect(total).toBe(60);
    expect(counts).toMatchObject({
      benchmark: { sums: 60 },
      verdict: { correct: 30, incorrect: 30 },
      truncated: { false: 60 },
      disagree: { false: 60 }, // the format judges no answer
    });
    const right = await ask('verdict=correct');
    expect([right.total, right.items.length, right.next]).toEqual([30, 30, null]);
    expect(right.counts).toMatchObject({
      verdict: { correct: 30, incorrect: 30 },
      disagree: { false: 30 },
    });
  });

  it('find where graders disagree that judge answers, by the verdicts of either', async () => {
    expect((await ask('disagree=true')).total).toBe(0);
    api.world.policy = { ...scriptedPolicy, decode: (tokens) => `The answer is ${tokens[0]}.` };
    const graders = ['reward', 'benchmark', 'format'];
    path = `/v1/evaluations/${await api.evaluated({ graders, maxTokens: 100 })}/samples`;
    const { items, total } = await ask('disagree=true');
    expect(total).toBe(30);
    expect(new Set(items.map(({ verdict }: { verdict: string }) => verdict))).toEqual(new Set(['no-answer']));
    expect((await ask('disagree=true&grader=benchmark&verdict=correct')).total).toBe(30);
    expect((await ask('disagree=false')).total).toBe(30);
  });

  it('find text in completions and questions, in any case', async () => {
    expect(sums(await ask('q=16%20%2B%200'))).toEqual(['sums/50']);
    expect((await ask('q=SO%20%5CBOXED')).total).toBe(60);
    expect((await ask('q=boxed%7B18%7D')).total).toBe(1);
    expect(await ask('q=nowhere')).toMatchObject({ items: [], total: 0, next: null });
  });

  it('find a problem, and completions by their length', async () => {
    expect(sums(await ask('problem=sums/7'))).toEqual(['sums/7']);
    expect((await ask('minTokens=2')).total).toBe(60);
    expect((await ask('minTokens=3')).total).toBe(0);
    expect((await ask('maxTokens=1')).total).toBe(0);
    expect((await ask('maxTokens=2')).total).toBe(60);
    expect((await ask('truncated=true')).total).toBe(0);
  });

  it.each(['truncated=yes', 'disagree=1', 'q=', 'minTokens=-1', 'problem=7', 'correct=true'])(
    'refuse %s',
    async (query) => {
      expect([400, 422]).toContain((await api.get(`${path}?${query}`)).status);
    },
  );

  it('find what a grader may have read in the wrong place', async () => {
    expect(await ask('suspect=true')).toMatchObject({ total: 0, counts: { suspect: { false: 60 } } });
    expect((await ask('suspect=false')).total).toBe(60);
  });

  it('go back by the cursor of the page before, and say how many come before', async () => {
    const at = async (cursor: string) =>
      (await api.get(`${path}?limit=25${cursor && `&cursor=${cursor}`}`)).body;
    const first = await at('');
    expect([first.before, first.previous]).toEqual([0, null]);
    const third = await at((await at(first.next)).next);
    expect([third.before, third.items.length]).toEqual([50, 10]);
    const second = await at(third.previous);
    expect([second.before, second.next]).toEqual([25, (await at(first.next)).next]);
    expect(sums(await at(second.previous))).toEqual(sums(first));
  });

  it('page through what they leave, each once', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`${path}?limit=4&verdict=correct${cursor && `&cursor=${cursor}`}`);
      seen.push(...sums(body));
      expect(body.total).toBe(30);
      cursor = body.next ?? '';
    } while (cursor);
    expect(new Set(seen).size).toBe(30);
    expect(seen).toHaveLength(30);
  });
});

describe('samples of a round that goes on', () => {
  it('are shown as they are scored', async () => {
    const api = await ApiWorld.create();
    const path = `/v1/evaluations/${await api.evaluate()}/samples?verdict=correct&limit=100`;
    const totals: number[] = [];
    for (let message = api.world.sent.shift(); message; message = api.world.sent.shift()) {
      await api.world.deliver(message);
      api.passTime();
      const { items, total } = (await api.get(path)).body;
      expect(items).toHaveLength(total);
      expect(items.every(({ completion }: { completion: string }) => completion.startsWith('so '))).toBe(
        true,
      );
      totals.push(total);
    }
    expect(totals.at(-1)).toBe(30);
    expect(new Set(totals).size).toBeGreaterThan(2);
  });

  it('have their texts where parts were listed before the last of a shard came', async () => {
    const api = await ApiWorld.create();
    api.world.batch = 1;
    const path = `/v1/evaluations/${await api.evaluate({ limit: 3 })}/samples`;
    await api.world.deliver(take(api));
    await api.get(path); // lists parts, of which there are none
    await api.world.settle(); // within the five seconds for which lists are remembered
    const { items } = (await api.get(path)).body;
    expect(items.map(({ completion }: { completion: string }) => completion.slice(0, 9))).toEqual(
      Array(3).fill('so \\boxed'),
    );
  });
});

describe('samples of a round too large to be counted', () => {
  it('are looked for a stretch at a time, without a total', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluate();
    await api.world.deliver(take(api));
    const request = await read(api.world.store, record.evaluationRequest(evaluation));
    const generation = (await read(api.world.store, record.roundManifest({ evaluation, round: 0 })))
      .generation;
    // The next round, with more items than are counted, of which the last shard alone is scored.
    const ref = { evaluation, round: 1 };
    const shards = Array.from({ length: 60 }, (_, shard) => ({
      shard,
      items: Array.from({ length: 400 }, (_, sample) => ({ problem: `sums/${shard}`, sample })),
    }));
    await put(api.world.store, record.roundManifest(ref), { generation, shards } as Omit<
      RoundManifest,
      'schemaVersion'
    >);
    await putShard(api, ref, 59, generation, shards[59]?.items ?? []);
    api.passTime();
    expect(request.graders[0]?.name).toBe('reward');
    const path = `/v1/evaluations/${evaluation}/samples?verdict=correct&limit=2`;
    const first = (await api.get(path)).body;
    expect(first).toEqual({
      ...{ items: [], total: null, next: '40.0', previous: null, before: null, counts: null },
    });
    const second = (await api.get(`${path}&cursor=${first.next}`)).body;
    expect(second.items.map(({ sample }: { sample: number }) => sample)).toEqual([0, 2]);
    const third = (await api.get(`${path}&cursor=${second.next}`)).body;
    expect(third.items[0]).toMatchObject({ problem: 'sums/59', sample: 4, completion: 'number 4' });
  });
});

describe('GET /v1/evaluations/{evaluation}/samples/{benchmark}/{problem}/{sample}', () => {
  it('shows one completion with the verdicts of all graders', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated({ graders: ['reward', 'format'] });
    const { body } = await api.get(`/v1/evaluations/${evaluation}/samples/sums/7/0`);
    expect(body).toMatchObject({
      ...{ evaluation, round: 0, model: MODEL, checkpoint: null, problem: 'sums/7', sample: 0 },
      ...{ question: '7 + 2', gold: '9', completion: 'so \\boxed{700}', boxed: true, subject: 'mod 2' },
      verdicts: [
        { grader: 'reward', verdict: 'incorrect', extracted: '700' },
        { grader: 'format', verdict: 'correct' },
      ],
    });
  });

  it('shows it among the samples of its problem, and whose checkpoint it is of', async () => {
    const api = await ApiWorld.create();
    const request = await api.world.request({ samples: 4 });
    const asked = await api.world.ask(request);
    await indexEvaluation(request, 1, { run: 'r', step: 20 }, api.world.store);
    await api.world.deliver(asked);
    await api.world.settle();
    api.passTime();
    const { body } = await api.get(`/v1/evaluations/${asked.evaluation}/samples/sums/1/2`);
    expect(body).toMatchObject({ sample: 2, checkpoint: { run: 'r', step: 20 } });
    expect(body.siblings.map((each: Sibling) => [each.sample, each.verdicts[0]?.verdict])).toEqual([
      [0, 'correct'],
      [1, 'incorrect'],
      [2, 'incorrect'],
      [3, 'incorrect'],
    ]);
  });

  it('is 404 for a sample that is not scored, naming those that are', async () => {
    const api = await ApiWorld.create();
    const evaluation = await api.evaluated();
    const { status, body } = await api.get(`/v1/evaluations/${evaluation}/samples/sums/1/7`);
    expect([status, body.code]).toEqual([404, 'sample-unknown']);
    expect(body.detail).toContain('it has: 0.');
    expect((await api.get(`/v1/evaluations/${evaluation}/samples/sums/none/0`)).status).toBe(404);
  });
});

describe('GET /v1/runs/{run}/problems/{benchmark}/{problem}', () => {
  it('shows what each checkpoint made of one problem, and where nobody has asked yet', async () => {
    const api = await ApiWorld.create();
    const { store } = api.world;
    await put(store, record.run('r'), { config: { recipe: 'own' }, codeVersion: '1' });
    const host = { torch: 't', transformers: 't', instructionSet: 'i' };
    await claim(store, 'r', { resumesFrom: null, host });
    const scored = await api.world.request({ samples: 2, problems: 5 });
    const waiting = await api.world.request({ samples: 2, problems: 6 });
    const without = await api.world.request({ problems: 1 });
    let parent: string | null = null;
    for (const [step, evaluation] of [scored, waiting, without, null].entries()) {
      const key: string = keys.checkpoint({ run: 'r', step, incarnation: 1 });
      await put(store, record.checkpoint.at(key), {
        step,
        model: MODEL,
        state: {},
        parent,
        steps: [],
        evaluation,
      });
      parent = key;
    }
    await api.world.deliver(await api.world.ask(scored));
    await api.world.settle();
    api.passTime();
    const { body } = await api.get('/v1/runs/r/problems/sums/4');
    expect(body).toMatchObject({ run: 'r', problem: 'sums/4', question: '4 + 4', gold: '8' });
    expect(body.checkpoints.map(({ step, samples }: History) => [step, samples.length])).toEqual([
      [0, 2],
      [1, 0],
    ]);
    expect(body.checkpoints[0].samples[0]).toMatchObject({ sample: 0, verdict: 'correct', extracted: '8' });
    expect((await api.get('/v1/runs/r/problems/sums/77')).body.code).toBe('problem-unknown');
    expect((await api.get('/v1/runs/r/problems/sums/4?grader=format')).body.code).toBe('grader-unknown');
  });
});

interface Sibling {
  readonly sample: number;
  readonly verdicts: readonly { readonly verdict: string }[];
}
interface History {
  readonly step: number;
  readonly samples: readonly unknown[];
}

function take(api: ApiWorld) {
  const message = api.world.sent.shift();
  if (!message) throw new Error('nothing was sent');
  return message;
}

/** A shard whose even samples are correct. */
async function putShard(
  api: ApiWorld,
  ref: { readonly evaluation: string; readonly round: number },
  shard: number,
  generation: string,
  asked: readonly { readonly problem: string; readonly sample: number }[],
): Promise<void> {
  const items = asked.map(
    ({ problem, sample }): ScoredItem => ({
      ...{ problem, sample, tokens: 3, truncated: false, boxed: false, reflection: [] },
      verdicts: { reward: { verdict: sample % 2 === 0 ? 'correct' : 'incorrect', reason: 'made-up' } },
    }),
  );
  const completions = asked.map(({ problem, sample }) => ({
    ...{ problem, sample, text: `number ${sample}`, tokens: 3, finish: 'stop' as const },
  }));
  const header = { schemaVersion: 1, generation, shard, part: 0, policy: 'verified' } as const;
  await api.world.store.putOnce(
    keys.part(generation, shard, 0),
    encodePart({ header, completions, unanswered: [], open: [] }),
  );
  await put(api.world.store, record.outcome(ref, shard), { kind: 'scored', policy: 'verified', items });
}
