import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownBenchmark } from '#cli/push/own-benchmark.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-own-set-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, ...answers: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const lines = answers.map((answer) => `${JSON.stringify({ problem: 'What is it?', answer })}\n`);
  await writeFile(path, lines.join(''));
  return path;
}

describe('ownBenchmark', () => {
  it('is named after its file and sampled greedily', async () => {
    expect(await ownBenchmark(await file('My Set (2).jsonl', '2'))).toEqual({
      name: 'my-set-2-',
      samples: 1,
      temperature: 0,
      topP: 1,
      maxTokens: 3072,
      problems: [{ id: 'my-set-2-/line-1', problem: 'What is it?', answer: '2' }],
    });
  });

  it.each(['math500.jsonl', 'AIME24.jsonl', 'micro-minerva.jsonl', '数.jsonl', `${'x'.repeat(65)}.jsonl`])(
    'refuses the name of %s',
    async (name) => {
      const error = { code: 'benchmark-name-invalid', message: expect.stringContaining('Rename the file') };
      await expect(ownBenchmark(await file(name, '2'))).rejects.toMatchObject(error);
    },
  );

  it('refuses answers that no completion could match, by name', async () => {
    const path = await file('faulty.jsonl', '2', '\\frac{1}{2', 'First we add. Then we get #### 4');
    const message = expect.stringMatching(/faulty\/line-2 \(.*faulty\/line-3 \(a whole solution/);
    await expect(ownBenchmark(path)).rejects.toMatchObject({ code: 'problems-invalid', message });
  });

  it('says that a file cannot be read, or is no text', async () => {
    const none = join(folder, 'none.jsonl');
    await expect(ownBenchmark(none)).rejects.toMatchObject({ code: 'data-missing' });
    const binary = join(folder, 'binary.jsonl');
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(ownBenchmark(binary)).rejects.toMatchObject({ code: 'problems-invalid' });
  });
});
