import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

const MODEL = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-generate-'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(args: readonly string[], input = '') {
  const all = [join(packageRoot, 'cli/main.ts'), ...args];
  const env = { ...process.env, ONESHOT_HOME: join(folder, 'home') };
  return spawnSync(process.execPath, all, { input, encoding: 'utf8', env });
}
const generate = (args: readonly string[], input?: string) => run(['generate', MODEL, ...args], input);
const linesOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('oneshot generate', () => {
  it('prints one completion as text, of an argument or of standard input', () => {
    const { stdout, status } = generate(['What is 2 + 3 ?']);
    expect([status, stdout.endsWith('\n'), stdout.trim().length > 0]).toEqual([0, true, true]);
    expect(generate([], 'What is 2 + 3 ?').stdout).toBe(stdout);
    const [line] = linesOf(generate(['What is 2 + 3 ?', '--json']).stdout);
    expect(line).toMatchObject({ id: 1, sample: 0, text: stdout.trim() });
    const raw = generate(['<q> What is 2 + 3 ? <a>', '--raw']);
    expect(raw.stdout).toBe(stdout); // what this model's template makes of the question
  });

  it('writes completions of a file to a file, the same as on standard output', async () => {
    const asked = join(folder, 'asked.jsonl');
    const messages = [{ role: 'user', content: 'What is 4 + 4 ?' }];
    await writeFile(asked, `{"prompt":"What is 2 + 3 ?"}\n${JSON.stringify({ id: 'b', messages })}\n`);
    const args = ['--in', asked, '--samples', '3', '--temperature', '1', '--seed', '5', '--logprobs'];
    const out = join(folder, 'answers.jsonl');
    expect(generate([...args, '--out', out])).toMatchObject({ status: 0, stdout: `6 completions: ${out}\n` });
    const written = await readFile(out, 'utf8');
    expect(generate(args).stdout).toBe(written);
    const lines = linesOf(written);
    expect(lines.map(({ id, sample }) => [id, sample])).toEqual(
      [1, 'b'].flatMap((id) => [0, 1, 2].map((sample) => [id, sample])),
    );
    expect(lines.every(({ tokens, logprobs }) => logprobs.length === tokens)).toBe(true);
  });

  it('means by the digest of a stored model what it means by its folder', () => {
    const digest = linesOf(run(['model', 'push', MODEL, '--json']).stdout)[0].model;
    const { stdout } = run(['generate', digest, 'What is 2 + 3 ?']);
    expect(stdout).toBe(generate(['What is 2 + 3 ?']).stdout);
  });

  it.each([
    ['a line that is no prompt', '{"prompt":"a"}\n{"promt":"b"}', 'prompts-invalid', 'line 2'],
    [
      'a prompt that is too long',
      `{"id":"long","prompt":"${'1 '.repeat(600)}"}`,
      'prompt-too-long',
      '"long"',
    ],
    ['no prompts', '\n', 'prompts-invalid', 'no prompts'],
  ])('writes nothing for %s, and says which', async (_, input, code, said) => {
    const out = join(folder, 'nothing.jsonl');
    const { status, stdout } = generate(['--in', '-', '--out', out, '--json'], input);
    const { error } = linesOf(stdout).at(-1);
    expect([status, error.code]).toEqual([1, code]);
    expect(error.message).toContain(said);
    expect((await readdir(folder)).filter((name) => name.startsWith('nothing'))).toEqual([]);
  });

  it('refuses a folder as a file before it asks anything', () => {
    const { stdout } = generate(['a prompt', '--out', folder, '--json']);
    expect(linesOf(stdout)).toMatchObject([{ error: { code: 'output-unwritable' } }]);
  });

  it.each([
    ['--in', 'x.jsonl', 'a prompt'],
    ['--samples', '2', 'a prompt'],
    ['--stop', '', 'a prompt'],
    ['--chat', '--raw', 'a prompt'],
    ['--top-p', '0', 'a prompt'],
  ])('refuses %s %s with it', (...args) => {
    expect(generate(args).status).toBe(2);
  });
});
