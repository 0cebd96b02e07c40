import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pollSideBySide } from '#functions/local/poll.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';

let home: string;
let workspace: Workspace;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oneshot-poll-'));
  workspace = openWorkspace(home);
});
afterEach(() => {
  workspace.close();
  rmSync(home, { recursive: true, force: true });
});

function polling(name: 'generate' | 'verify', work: () => Promise<void>) {
  const app = new Hono().post('/', async (context) => {
    await work();
    return context.json({});
  });
  app.onError((error, context) => context.json({ code: 'disk-full', message: error.message }, 500));
  const { store, queues } = workspace;
  return { app, store, queue: queues[name], visibilitySeconds: 60, waitSeconds: 0, log: () => {} };
}

const message = (type: string) =>
  JSON.stringify({ schemaVersion: 1, type, evaluation: 'e'.repeat(26), round: 0, shard: 0 });

it('handles a message of one queue while one of another is at work', async () => {
  const stop = new AbortController();
  const graded = Promise.withResolvers<void>();
  await workspace.queues.generate.send(message('generate-shard'));
  await workspace.queues.verify.send(message('verify-shard'));
  // Ends only if the other queue's message is handled meanwhile.
  const making = polling('generate', () => graded.promise.then(() => stop.abort()));
  const grading = polling('verify', async () => graded.resolve());
  await pollSideBySide([making, grading], stop.signal);
  expect(await workspace.queues.generate.receive({ max: 1, waitSeconds: 0, visibilitySeconds: 1 })).toEqual(
    [],
  );
});

it('ends with the first error that does not pass', async () => {
  await workspace.queues.generate.send(message('generate-shard'));
  const making = polling('generate', () => Promise.reject(new Error('no space left')));
  const grading = polling('verify', async () => {});
  const polled = pollSideBySide([making, grading], new AbortController().signal);
  await expect(polled).rejects.toMatchObject({ code: 'disk-full' });
});
