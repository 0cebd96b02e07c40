/** The published files of the paper, which this repository does not hold, behind a server as they are on the web. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sources } from '#cli/data/sources.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { readProblems } from '#shared/benchmarks/read-problems.ts';
import { oneshot } from '../../e2e/oneshot.ts';
import { faultyServer } from '../../shared/adapters/download/faulty-server.ts';

const published = join(thirdPartyData, 'source/one-shot-rlvr');
const missing = existsSync(published) ? '' : ` (skipped: no ${published}; set ONESHOT_DATA)`;
const content = (path: string) => {
  const file = join(published, path);
  return existsSync(file) ? readFileSync(file) : undefined;
};
const main = join(packageRoot, 'cli/main.ts');
let root: string;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'oneshot-published-'));
});
beforeEach(async () => {
  folder = join(await mkdtemp(join(root, 'case-')), 'data');
  env = { ...process.env, ONESHOT_DATA: folder };
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.skipIf(missing !== '')(`oneshot data pull${missing}`, () => {
  it('makes the files that evaluation and training were written for, field by field', async () => {
    await using server = await faultyServer(content);
    const { code, lines } = await oneshot(['data', 'pull', '--from', server.origin, '--json'], () => {}, env);
    expect(code).toBe(0);
    expect(lines).toEqual(
      sources.map(({ name, made, licence, file }) => ({
        name,
        rows: made.rows,
        licence,
        file: join(folder, file),
      })),
    );
    for (const { file, made } of sources) {
      const bytes = readFileSync(join(folder, file));
      expect([file, createHash('sha256').update(bytes).digest('hex')]).toEqual([file, made.sha256]);
      const expected = readFileSync(join(thirdPartyData, file), 'utf8');
      if (file.startsWith('benchmarks/')) expect(rowsOf(bytes.toString())).toEqual(rowsOf(expected));
      else expect(bytes.toString() === expected).toBe(true);
    }
  });

  it('pulls by name what evaluation reads', async () => {
    await using server = await faultyServer(content);
    await oneshot(['data', 'pull', 'minerva_math', '--from', server.origin, '--json'], () => {}, env);
    expect(readdirSync(join(folder, 'benchmarks'))).toEqual(['minerva_math.jsonl']);
    const read = (from: string) => {
      const text = readFileSync(join(from, 'benchmarks/minerva_math.jsonl'), 'utf8');
      return readProblems(text, { benchmark: 'minerva_math', source: from });
    };
    expect(read(folder)).toEqual(read(thirdPartyData));
  });

  it('goes on where it was killed', async () => {
    await using server = await faultyServer(content, [{ kind: 'hold', after: 300_000 }]);
    const args = [main, 'data', 'pull', 'olympiadbench', '--from', server.origin];
    const killed = spawn(process.execPath, args, { env, stdio: 'ignore' });
    while (partSize() < 300_000) await sleep(10);
    killed.kill('SIGKILL');
    await once(killed, 'close');
    expect(existsSync(join(folder, 'benchmarks/olympiadbench.jsonl'))).toBe(false);
    const { code } = await oneshot([...args.slice(1), '--json'], () => {}, env);
    expect(code).toBe(0);
    expect(server.asked.at(-1)).toMatchObject({ range: 'bytes=300000-' });
    expect(readdirSync(folder)).toEqual(['benchmarks']);
  });

  it('says that the disk is full, and goes on once it is not', async () => {
    await using server = await faultyServer(content);
    const command = ['data', 'pull', 'olympiadbench', '--from', server.origin, '--json'];
    // 512 kB, in blocks of 1024 bytes; the signal that comes with it is ignored, as Node does.
    const limited = ['-c', 'ulimit -f 512 && exec "$0" "$@"', process.execPath, main, ...command];
    const failed = promisify(execFile)('bash', limited, { env });
    await expect(failed).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('"disk-full"') });
    expect(existsSync(join(folder, 'benchmarks/olympiadbench.jsonl'))).toBe(false);
    const { code } = await oneshot(command, () => {}, env);
    expect(code).toBe(0);
    expect(Number(/\d+/.exec(server.asked.at(-1)?.range ?? '')?.[0])).toBeGreaterThan(0);
  });

  it('ends with one message where a mirror has nothing', async () => {
    await using server = await faultyServer(() => undefined);
    const args = ['data', 'pull', 'pi1', '--from', server.origin, '--json'];
    const { code, lines, error } = await oneshot(args, () => {}, env);
    expect([code, lines.length, error?.code]).toEqual([1, 1, 'download-missing']);
  });

  it.each([
    ['an unknown set', ['maths500'], 'data-unknown', 'math500'],
    ['a mirror that is no place', ['--from', 'ftp://example.org'], 'usage', 'http:'],
  ])('is told before anything else: %s', async (_, args, usage, advice) => {
    const { code, error } = await oneshot(['data', 'pull', ...args, '--json'], () => {}, env);
    expect(code).toBe(2);
    expect(error).toMatchObject({ code: usage, message: expect.stringContaining(advice) });
  });
});

/** Rows, less what only reproduces published numbers and nothing here reads. */
function rowsOf(text: string): readonly object[] {
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => {
    const { answer_qwen: _, ...row } = JSON.parse(line) as Record<string, unknown>;
    return row;
  });
}

function partSize(): number {
  const downloads = join(folder, 'downloads');
  const parts = existsSync(downloads) ? readdirSync(downloads).filter((name) => name.endsWith('.part')) : [];
  return Math.max(
    0,
    ...parts.map((name) => statSync(join(downloads, name), { throwIfNoEntry: false })?.size ?? 0),
  );
}
