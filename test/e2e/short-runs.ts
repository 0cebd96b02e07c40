import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { type EvaluatedTrajectory, evaluatedTrajectory, type Kill, runKilled } from './killed-run.ts';

const SHORT = [
  '--wait',
  '--steps',
  '4',
  '--prompts',
  '4',
  '--checkpoint-every',
  '2',
  '--eval-limit',
  '4',
  '--max-tokens',
  '32',
];

/** Homes with a run of few steps each, beside one that nobody kills. */
export class ShortRuns {
  readonly #homes: string[] = [];
  #untouched: EvaluatedTrajectory | undefined;

  /** Trains the one that nobody kills first, and removes all of them in the end. */
  constructor() {
    beforeAll(async () => {
      const home = await this.newHome();
      const { code, stderr } = await this.train(home);
      expect([code, stderr]).toEqual([0, '']);
      this.#untouched = await evaluatedTrajectory(home);
    }, 60_000);
    afterAll(() => Promise.all(this.#homes.map((home) => rm(home, { recursive: true, force: true }))));
  }

  async newHome(): Promise<string> {
    const home = await mkdtemp(join(tmpdir(), 'oneshot-kill-'));
    this.#homes.push(home);
    return home;
  }

  train(home: string, ...kills: readonly Kill[]) {
    return runKilled(['train', 'micro-pi1', '--home', home, '--json', ...SHORT], kills);
  }

  /** Each kill ends the command with the advice to give it again, which in the end does what an untouched run does. */
  async outlivesKills(kills: readonly Kill[]): Promise<void> {
    const home = await this.newHome();
    for (const kill of kills) {
      const { code, error } = await this.train(home, kill);
      expect(code).toBe(1);
      expect(error?.message).toContain('run the same command again');
      await everyObjectIsWhole(home);
    }
    expect((await this.train(home)).code).toBe(0);
    await this.endedAsUntouched(home);
  }

  async endedAsUntouched(home: string): Promise<void> {
    expect(await evaluatedTrajectory(home)).toEqual(this.#untouched);
  }
}

/** No process, however it ends, leaves part of an object behind. */
export async function everyObjectIsWhole(home: string): Promise<void> {
  const store = new FolderStore(join(home, 'store'));
  for (const key of await store.list('')) {
    const body = (await store.get(key)) as Uint8Array;
    if (/^(blobs|state)\//.test(key)) expect(sha256Hex(body)).toBe(key.split('/').at(-1));
    else if (!key.startsWith('generations/') && !key.endsWith('.jsonl'))
      JSON.parse(new TextDecoder().decode(body));
  }
  expect((await readFile(join(home, 'queue.sqlite'))).subarray(0, 15).toString()).toBe('SQLite format 3');
}
