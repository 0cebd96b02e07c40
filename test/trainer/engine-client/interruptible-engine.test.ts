import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EngineClient, EngineError } from '#trainer/engine-client/engine-client.ts';
import type { Args, Verb } from '#trainer/engine-client/engine-protocol.ts';
import { InterruptibleEngine } from '#trainer/engine-client/interruptible-engine.ts';

const FINISH_MS = 60;
const forward: Args<'forward'> = { slot: 'policy', temperature: 1 };
const nothing = { tokens: new Int32Array(0), lengths: new Int32Array(0), promptLengths: new Int32Array(0) };
const optimStep: Args<'optim_step'> = { slot: 'policy', learningRate: 1, clipNorm: 1 };

let called: Verb[];
let interruption: AbortController;
let engine: InterruptibleEngine;

/** Answers at once, but for `forward`, which works until it is cancelled. */
function slowEngine(): EngineClient {
  let giveUp = (_: EngineError): void => {};
  const call = (verb: Verb) => {
    called.push(verb);
    const detail = { code: 'CANCELLED', message: 'given up', detail: {} } as const;
    if (verb === 'cancel') giveUp(new EngineError(detail));
    if (verb !== 'forward') return Promise.resolve({ result: {}, tensors: {} });
    return new Promise((_, reject) => {
      giveUp = reject;
    });
  };
  return { call: call as EngineClient['call'] };
}

beforeEach(() => {
  called = [];
  interruption = new AbortController();
  engine = new InterruptibleEngine(slowEngine(), interruption.signal, FINISH_MS);
});

const isInterrupted = { code: 'interrupted' };

describe('an engine that is told to stop', () => {
  it('gives up what it does at once where no update of the step was applied', async () => {
    const work = expect(engine.call('forward', forward, nothing)).rejects.toMatchObject(isInterrupted);
    interruption.abort();
    await work;
    expect(called).toEqual(['forward', 'cancel']);
    expect(engine.atBoundary).toBe(true);
    await expect(engine.call('optim_step', optimStep)).rejects.toMatchObject(isInterrupted);
  });

  it('ends a step whose updates have begun', async () => {
    await engine.call('optim_step', optimStep);
    interruption.abort();
    await engine.call('optim_step', optimStep);
    expect(engine.atBoundary).toBe(false);
    expect(() => engine.endStep()).toThrow(expect.objectContaining(isInterrupted));
    expect(engine.atBoundary).toBe(true);
    expect(called).toEqual(['optim_step', 'optim_step']);
  });

  it('gives up such a step when it takes too long, in the middle of it', async () => {
    await engine.call('optim_step', optimStep);
    const work = expect(engine.call('forward', forward, nothing)).rejects.toMatchObject(isInterrupted);
    interruption.abort();
    await sleep(FINISH_MS / 3);
    expect(called).not.toContain('cancel');
    await work;
    expect(engine.atBoundary).toBe(false);
  });

  it('still saves', async () => {
    interruption.abort();
    await engine.call('export_hf', { directory: '/' });
    await engine.call('save_state', { model: '/', directory: '/' });
    expect(called).toEqual(['export_hf', 'save_state']);
  });

  it('makes no step when it was told so before', async () => {
    interruption.abort();
    const late = new InterruptibleEngine(slowEngine(), interruption.signal);
    await expect(late.call('forward', forward, nothing)).rejects.toMatchObject(isInterrupted);
    expect(called).toEqual([]);
  });
});

describe('an engine that nobody stops', () => {
  it('goes on from step to step', async () => {
    await engine.call('optim_step', optimStep);
    engine.endStep();
    await engine.call('optim_step', optimStep);
    expect(called).toEqual(['optim_step', 'optim_step']);
  });
});
