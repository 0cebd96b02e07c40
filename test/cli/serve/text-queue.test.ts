import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { listen } from '#cli/serve/listen.ts';
import { TextQueue } from '#cli/serve/text-queue.ts';
import { pushModelFolder } from '#shared/adapters/local/model-folder.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { drawOf } from '#shared/inference/text/draw-of.ts';
import type { PromptReader, TextPiece, TextRequest } from '#shared/inference/text/text-model.ts';

const NEVER = new AbortController().signal;
let home: string;
let workspace: Workspace;
let queue: TextQueue;
let model: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'oneshot-queue-'));
  workspace = openWorkspace(home);
  model = await pushModelFolder(workspace.store, join(packageRoot, 'trainer/microcosm/bases/habit-62-46'));
  queue = new TextQueue(workspace, { threads: 1, precision: 'fp32' });
});
afterAll(async () => {
  await queue.close();
  workspace.close();
  await rm(home, { recursive: true });
});

/** Makes one request, of which it tells the pieces. */
function building(told: TextPiece[], signal?: AbortSignal, maxTokens = 5) {
  return async (reader: PromptReader): Promise<TextRequest[]> => {
    const prompt = reader.encode('<q> 2 + 3 <a>');
    const onPiece = (piece: TextPiece) => told.push(piece);
    const draw = drawOf(1, 0, prompt);
    return [{ prompt, temperature: 1, topP: 1, maxTokens, stop: [], draw, onPiece, signal }];
  };
}

describe('TextQueue', () => {
  it('refuses what cannot be made, and completes what stands beside it', async () => {
    const told: TextPiece[] = [];
    const fault = new Error('no request');
    const bad = queue.ask(
      model,
      () => {
        throw fault;
      },
      NEVER,
    );
    const good = queue.ask(model, building(told), NEVER);
    await expect(bad).rejects.toBe(fault);
    await good;
    expect(told.at(-1)?.finish).toMatch(/stop|length/);
  });

  it('computes in the precision that it is told', async () => {
    const [plain, rounded]: [TextPiece[], TextPiece[]] = [[], []];
    await queue.ask(model, building(plain), NEVER);
    const other = new TextQueue(workspace, { threads: 1, precision: 'int4' });
    await other.ask(model, building(rounded), NEVER);
    await other.close();
    expect(rounded[0]?.logprob).not.toBe(plain[0]?.logprob);
  });

  it('goes on after a model that cannot be had', async () => {
    const told: TextPiece[] = [];
    const missing = queue.ask('a'.repeat(26), building([]), NEVER);
    const good = queue.ask(model, building(told), NEVER);
    await expect(missing).rejects.toMatchObject({ code: 'model-missing' });
    await good;
    expect(told.length).toBeGreaterThan(0);
  });

  it('begins nothing for a client that left while it waited', async () => {
    const before = queue.ask(model, building([]), NEVER);
    const gone = new AbortController();
    const left = queue.ask(
      model,
      () => {
        throw new Error('it was begun');
      },
      gone.signal,
    );
    gone.abort();
    await before;
    await expect(left).rejects.toMatchObject({ code: 'client-gone' });
  });

  it('ends a text with the next token when its client leaves', async () => {
    const told: TextPiece[] = [];
    const gone = new AbortController();
    const left = queue.ask(
      model,
      async (reader) => {
        const [request] = (await building(told, gone.signal, 50)(reader)) as [TextRequest];
        const onPiece = (piece: TextPiece) => {
          request.onPiece(piece);
          gone.abort();
        };
        return [{ ...request, onPiece }];
      },
      gone.signal,
    );
    await expect(left).rejects.toMatchObject({ code: 'client-gone' });
    expect(told).toHaveLength(1);
  });

  it('knows models by digest, and no others', async () => {
    expect(await queue.find(model)).toBe(model);
    await expect(queue.find('nobody')).rejects.toMatchObject({ code: 'model-name-unknown' });
  });
});

describe('the thread of a TextQueue', () => {
  const entry = new URL('./held-decoder-worker.ts', import.meta.url);
  let hold: string;
  let die: string;
  let held: TextQueue;
  beforeEach(() => {
    hold = join(home, 'hold');
    die = join(home, 'die');
    vi.stubEnv('ONESHOT_TEST_DECODER', `${hold}:${die}`);
    held = new TextQueue(workspace, { threads: 1, precision: 'fp32', entry });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(hold, { force: true });
    await held.close();
  });

  it('computes while this one answers others: a page comes before the first token of what was asked before it', async () => {
    await writeFile(hold, '');
    const server = await listen(
      new Hono().get('/page', (c) => c.text('a page')),
      0,
    );
    const events: string[] = [];
    const told: TextPiece[] = [];
    const completed = held
      .ask(
        model,
        async (reader) => {
          const requests = await building(told)(reader);
          events.push('asked');
          return requests;
        },
        NEVER,
      )
      .then(() => events.push('completed'));
    while (events.length === 0) await setImmediate();
    events.push(await (await fetch(`${server.url}/page`)).text());
    expect(told).toEqual([]);
    await rm(hold);
    await completed;
    expect(events).toEqual(['asked', 'a page', 'completed']);
    expect(told.at(-1)?.finish).toMatch(/stop|length/);
    await server.close();
  });

  it('that dies is an error of those who waited for it, and the next request has another', async () => {
    await writeFile(die, '');
    const lost = [held.ask(model, building([]), NEVER), held.ask(model, building([]), NEVER)];
    const results = await Promise.allSettled(lost);
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'decoder-lost' } });
    expect(existsSync(die)).toBe(false);
    const [told, plain]: [TextPiece[], TextPiece[]] = [[], []];
    await held.ask(model, building(told), NEVER);
    await queue.ask(model, building(plain), NEVER);
    expect(told).toEqual(plain);
  });

  it('ends when nobody has asked for a while, and is started again', async () => {
    const idle = new TextQueue(workspace, { threads: 1, precision: 'fp32', idleMs: 0 });
    const [first, second]: [TextPiece[], TextPiece[]] = [[], []];
    await idle.ask(model, building(first), NEVER);
    while (idle.isLoaded) await setImmediate();
    await idle.ask(model, building(second), NEVER);
    expect(second).toEqual(first);
    while (idle.isLoaded) await setImmediate();
  });
});
