import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EngineClient, EngineError } from '#trainer/engine-client/engine-client.ts';
import { type EngineProcess, startEngine } from '#trainer/engine-client/engine-process.ts';
import type { Args } from '#trainer/engine-client/engine-protocol.ts';
import { FrugalEngine } from '#trainer/engine-client/frugal-engine.ts';
import { ADAMW, ENGINE, tinyCreate } from '../tiny-engine.ts';

const create = tinyCreate({ critic: { seed: 1, optimizer: ADAMW } });
const policyLoss: Args<'forward_backward'> = {
  temperature: 0.6,
  loss: {
    policyCoefficient: 1,
    clipLow: 0.2,
    clipHigh: 0.2,
    klCoefficient: 0,
    klKind: 'k3',
    klClamp: 10,
    entropyCoefficient: 0.001,
    ratio: 'token',
  },
};
const sequences = (token: number) => ({
  tokens: Int32Array.of(1, 2, 3, token, 5, 4, token),
  lengths: Int32Array.of(5, 2),
  promptLengths: Int32Array.of(2, 1),
});
const policyBatch = (token: number, weight = 0.25) => ({
  ...sequences(token),
  weights: new Float32Array(4).fill(weight),
  advantages: Float32Array.of(1, 1, -1, 0.5),
});
const criticBatch = (token: number) => ({
  ...sequences(token),
  weights: new Float32Array(6).fill(0.2),
  returns: Float32Array.of(1, 0, 1, 0, 1, 1),
  oldValues: new Float32Array(6),
});
const step = (slot: 'policy' | 'critic') => ({ slot, learningRate: 1e-3, clipNorm: 1 });

let process: EngineProcess;
let budgets: number[];

beforeAll(async () => {
  process = await startEngine(ENGINE);
});

afterAll(() => process.stop());

beforeEach(async () => {
  await process.client.call('create', create);
  budgets = [];
});

describe('an engine that runs out of memory', () => {
  it('takes the same step with smaller passes as one that has enough', async () => {
    const plenty = await trainStep(process.client);
    await process.client.call('create', create);
    const scarce = await trainStep(frugal(failing(4, 6, 9)));
    expect(budgets).toEqual([256, 128, 64]);
    for (const [index, norm] of plenty.entries()) {
      expect(Math.abs((scarce[index] as number) / norm - 1)).toBeLessThan(2e-6);
    }
  });

  it('may run out again while it computes gradients anew', async () => {
    const plenty = await trainStep(process.client);
    await process.client.call('create', create);
    const scarce = await trainStep(frugal(failing(4, 6)));
    expect(budgets).toEqual([256, 128]);
    expect(Math.abs((scarce[1] as number) / (plenty[1] as number) - 1)).toBeLessThan(2e-6);
  });

  it('gives up with a word of advice when smaller passes do not help', async () => {
    const always = Array.from({ length: 40 }, (_, call) => call + 1);
    await expect(trainStep(frugal(failing(...always)))).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('more memory'),
    });
    expect(budgets).toEqual([256, 128, 64, 32]);
  });

  it('never repeats an optimizer step, part of which may have been taken', async () => {
    const client: EngineClient = {
      call: (verb, ...args) =>
        verb === 'optim_step' ? Promise.reject(oom(512)) : process.client.call(verb, ...args),
    };
    await expect(frugal(client).call('optim_step', step('policy'))).rejects.toMatchObject({
      code: 'out-of-memory',
    });
    expect(budgets).toEqual([]);
  });
});

function frugal(client: EngineClient): FrugalEngine {
  return new FrugalEngine(client, (tokenBudget) => budgets.push(tokenBudget));
}

/** Gradients of both slots, accumulated in turns; gives back their norms. */
async function trainStep(engine: EngineClient): Promise<number[]> {
  await engine.call('critic_forward_backward', { clip: 0.5 }, criticBatch(6));
  await engine.call('forward_backward', policyLoss, policyBatch(7));
  await engine.call('critic_forward_backward', { clip: 0.5 }, criticBatch(8));
  await engine.call('forward_backward', policyLoss, policyBatch(9));
  const critic = await engine.call('optim_step', step('critic'));
  await engine.call('forward_backward', policyLoss, policyBatch(10));
  const policy = await engine.call('optim_step', step('policy'));
  return [critic.result.gradNorm, policy.result.gradNorm];
}

/** The engine, but for calls by number that run out of memory: as in earnest, all its gradients are gone then. */
function failing(...calls: readonly number[]): EngineClient {
  const { client } = process;
  let count = 0;
  let tokenBudget = 512;
  return {
    call: async (verb, args, ...tensors) => {
      if (verb === 'set_token_budget') ({ tokenBudget } = args as Args<'set_token_budget'>);
      else if (verb !== 'optim_step') count += 1;
      if (verb === 'set_token_budget' || verb === 'optim_step' || !calls.includes(count))
        return client.call(verb, args, ...tensors);
      await client.call('forward_backward', policyLoss, policyBatch(1, Number.NaN)).catch(() => {});
      throw oom(tokenBudget);
    },
  };
}

function oom(tokens: number): EngineError {
  const detail = { tokenBudget: tokens / 2 };
  return new EngineError({ code: 'OOM', message: 'out of memory', detail });
}
