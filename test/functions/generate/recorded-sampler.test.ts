import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Message } from '#shared/messaging/messages.ts';
import type { Completion, EvaluationRequest } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { keys } from '#shared/storage/keys.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { SmallWorld } from '../small-world.ts';

describe('recorded completions', () => {
  it('are judged as they were recorded', async () => {
    const { world, request } = await recorded(everySum(2));
    await run(world, request);
    const { graders, coverage } = await summary(world, request);
    expect(coverage.failed).toEqual({});
    expect(graders['reward']?.average.mean).toBe(0.5);
    const stored = (await readParts(world.store, generationId(request.generation), 0))[0]?.completions;
    expect(stored?.map(({ text }) => text)).toEqual(everySum(2).map(({ text }) => text));
  });

  it('are claimed to be of their model: nobody loaded its files', async () => {
    const { world, request } = await recorded(everySum(2));
    await run(world, request);
    expect((await summary(world, request)).policy).toBe('claimed');
  });

  it('need no model in the store', async () => {
    const { world, request } = await recorded(everySum(2), { model: 'n'.repeat(26) });
    await run(world, request);
    expect((await summary(world, request)).coverage.scored).toBe(1);
  });

  it('of a file with others are another evaluation', async () => {
    const [one, other] = [await recorded(everySum(2)), await recorded(everySum(1))];
    expect(evaluationId(one.request)).not.toBe(evaluationId(other.request));
  });

  it('that are not stored are a refusal that says so', async () => {
    const { world, request } = await recorded(undefined);
    await run(world, request);
    const refused = await read(world.store, record.refused(ref(request)));
    expect(refused.code).toBe('completions-missing');
    expect(refused.detail).toContain('oneshot completions push');
  });

  it('that lack a sample fail their shard, and say which', async () => {
    const { world, request } = await recorded(everySum(2).slice(1));
    await world.deliver(await world.ask(request));
    const [generate] = world.sent.splice(0) as [Message];
    await expect(world.deliver(generate)).rejects.toThrow('lack sample 0 of sums/0');
    await world.bury(generate);
    expect((await summary(world, request)).coverage.failed).toEqual({ 'generate-dead': 1 });
  });

  it('that nobody can read are told with their line', async () => {
    const { world, request } = await recorded('nonsense\n');
    await world.deliver(await world.ask(request));
    await expect(world.deliver(world.sent.shift() as Message)).rejects.toMatchObject({
      code: 'completions-invalid',
    });
  });
});

/** Completions of eight sums, right for those whose number is a multiple of `right`. */
function everySum(right: number): readonly Completion[] {
  return Array.from({ length: 8 }, (_, i) => ({
    problem: `sums/${i}`,
    sample: 0,
    text: `\\boxed{${(i % 17) + (i % 5) + (i % right === 0 ? 0 : 100)}}`,
    tokens: 3,
    finish: 'stop',
  }));
}

/** A world with an evaluation of these completions; `undefined` are never pushed. */
async function recorded(
  completions: readonly Completion[] | string | undefined,
  changes: { readonly model?: string } = {},
): Promise<{ readonly world: SmallWorld; readonly request: EvaluationRequest }> {
  const world = await SmallWorld.create();
  const lines = typeof completions === 'string' ? completions : completions?.map(line).join('');
  const body = new TextEncoder().encode(lines ?? '');
  const sha256 = sha256Hex(body);
  if (completions !== undefined) await world.store.putOnce(keys.blob(sha256), body);
  const request = await world.request({ problems: 8 });
  const generator = { kind: 'recorded' as const, completions: sha256 };
  return { world, request: { ...request, generation: { ...request.generation, ...changes, generator } } };
}

function line(completion: Completion): string {
  return `${canonicalJson(completion)}\n`;
}

async function run(world: SmallWorld, request: EvaluationRequest): Promise<void> {
  await world.deliver(await world.ask(request));
  await world.settle();
}

function ref(request: EvaluationRequest): { readonly evaluation: string; readonly round: number } {
  return { evaluation: evaluationId(request), round: 0 };
}

function summary(world: SmallWorld, request: EvaluationRequest): Promise<Summary> {
  return read(world.store, record.summary(ref(request)));
}
