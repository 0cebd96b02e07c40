import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

const main = join(packageRoot, 'cli/main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-verify-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('oneshot verify of one answer', () => {
  it('says verdict, extracted answer and reason, and exits with 0 if it is correct', () => {
    const { status, stdout } = verify('--gold', '7', '--answer', '7.0');
    expect(stdout).toMatch(/^verdict {4}correct\nextracted {2}7\.0\nreason {5}\S+\n$/);
    expect(status).toBe(0);
  });

  it('exits with 1 if it is not, whether wrong or not found', () => {
    expect(verify('--gold', '7', '--answer', '-8').status).toBe(1);
    const silent = verify('--gold', '7', '--mode', 'reward', '--completion', 'I do not know');
    expect(silent.stdout).toContain('verdict    no-answer\n');
    expect(silent.status).toBe(1);
  });

  it('takes any of several golds', () => {
    expect(verify('--gold', '7', '--gold', '8', '--answer', '8').status).toBe(0);
  });

  it('reads a completion in the mode that is named, and tolerantly by default', () => {
    const args = ['--gold', '7', '--completion', 'So the answer is 7.'];
    expect(verify(...args).status).toBe(0);
    expect(verify(...args, '--mode', 'reward').status).toBe(1);
  });

  it('obeys a tolerance', () => {
    const args = ['--gold', '100', '--answer', '101'];
    expect(verify(...args).status).toBe(1);
    expect(verify(...args, '--tolerance', '2').status).toBe(0);
  });

  it('explains where the answer stands, how both were read and which rule decided', () => {
    const { stdout } = verify('--gold', '\\frac{1}{2}', '--completion', 'It is \\boxed{0.5}.', '--explain');
    expect(stdout).toContain('method     box at 13–16\n           It is \\boxed{»0.5«}.\n');
    expect(stdout).toMatch(/gold {7}\\frac\{1\}\{2\}\n {11}as \w+: /);
    expect(stdout).toMatch(/answer {5}0\.5\n {11}as number: /);
    expect(stdout).toMatch(/\nrule {7}\S+\nprobe /);
  });

  it('prints one JSON object if asked, with the explanation in it', () => {
    const { stdout } = verify('--gold', '7', '--answer', '8', '--json');
    expect(JSON.parse(stdout)).toEqual({
      correct: false,
      verdict: 'incorrect',
      extracted: '8',
      reason: expect.any(String),
    });
    const explained: unknown = JSON.parse(
      verify('--gold', '7', '--answer', '8', '--json', '--explain').stdout,
    );
    expect(explained).toMatchObject({ correct: false, method: 'given', golds: [{ text: '7' }] });
  });

  it('says so of a gold that nothing can match', () => {
    const { status, stderr } = verify('--gold', '', '--answer', '7');
    expect(stderr).toContain('no answer can match this gold');
    expect(status).toBe(1);
    const told = verify('--gold', '', '--answer', '7', '--json');
    expect([JSON.parse(told.stdout).goldFault, told.stderr]).toEqual([expect.any(String), '']);
  });

  it.each([
    ['no answer', ['--gold', '7']],
    ['no gold', ['--answer', '7']],
    ['answer and completion', ['--gold', '7', '--answer', '7', '--completion', '7']],
    ['an unknown mode', ['--gold', '7', '--answer', '7', '--mode', 'kind']],
    ['a tolerance that is no number', ['--gold', '7', '--answer', '7', '--tolerance', 'much']],
    ['one answer and a batch', ['--gold', '7', '--answer', '7', '--batch', '-']],
  ])('exits with 2 for %s', (_, args) => {
    const { status, stderr } = verify(...args);
    expect(stderr).toContain('error: ');
    expect(status).toBe(2);
  });
});

describe('oneshot verify of a file', () => {
  it('gives the results in the order of the lines, whatever thread makes them', async () => {
    const input = join(folder, 'many.jsonl');
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, gold: `${id % 7}`, answer: `${id % 5}` }));
    await writeFile(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const output = join(folder, 'many.out.jsonl');
    const { status, stdout } = verify('--batch', input, '--out', output, '--workers', '4');
    expect(status).toBe(0);
    expect(stdout).toBe('');
    const results = linesOf(await readFile(output, 'utf8'));
    expect(results.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(results.map(({ correct }) => correct)).toEqual(rows.map(({ gold, answer }) => gold === answer));
  });

  it('makes an error of a line that cannot be read, goes on, and exits with 2', () => {
    const input =
      '{"id":"a","gold":"7","answer":"7"}\n\nbroken\n{"id":"b","gold":["6","7"],"completion":"\\\\boxed{7}"}\n{"id":"c"}';
    const { status, stdout, stderr } = verifyInput(input, '--batch', '-');
    expect(linesOf(stdout)).toMatchObject([
      { id: 'a', correct: true },
      { line: 3, error: { code: 'json-invalid' } },
      { id: 'b', correct: true, extracted: '7' },
      { id: 'c', line: 5, error: { code: 'case-invalid' } },
    ]);
    expect(stderr).toContain('2 of 4 cases');
    expect(status).toBe(2);
  });

  it('takes mode and options of the command where a line has none of its own', () => {
    const open = '{"id":1,"gold":"100","answer":"101"}\n';
    const own = '{"id":2,"gold":"100","answer":"101","options":{"tolerance":0.5}}\n';
    const { stdout } = verifyInput(open + own, '--batch', '-', '--tolerance', '2');
    expect(linesOf(stdout)).toMatchObject([{ correct: true }, { correct: false }]);
  });

  it('answers a line before the next one comes', async () => {
    const child = spawn(process.execPath, [main, 'verify', '--batch', '-']);
    const results = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    for (const id of ['first', 'second']) {
      child.stdin.write(`${JSON.stringify({ id, gold: '1', answer: '1' })}\n`);
      const { value } = await results.next();
      expect(JSON.parse(String(value))).toMatchObject({ id, correct: true });
    }
    child.stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('ends quietly when nobody reads on, even if more could come', async () => {
    const child = spawn(process.execPath, [main, 'verify', '--batch', '-']);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.stdin.on('error', () => {}); // it stops reading too
    const row = `${JSON.stringify({ id: 1, gold: '1', answer: '1' })}\n`;
    child.stdin.write(row.repeat(5000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const more = setInterval(() => child.stdin.write(row.repeat(500)), 50);
    expect(await once(child, 'close')).toEqual([141, null]);
    clearInterval(more);
    expect(stderr).toBe('');
  });

  it('says what to do about files that cannot be used', () => {
    const missing = verify('--batch', join(folder, 'none.jsonl'));
    expect(missing.stderr).toContain('[input-unreadable]');
    expect(missing.status).toBe(2);
    const nowhere = verifyInput('', '--batch', '-', '--out', join(folder, 'none/out.jsonl'));
    expect(nowhere.stderr).toContain('[output-unwritable]');
    expect(nowhere.status).toBe(2);
  });

  it('exits with 0 when every case was judged, whatever the verdicts', () => {
    expect(verifyInput('{"id":1,"gold":"1","answer":"2"}\n', '--batch', '-').status).toBe(0);
  });

  it('does not write over its input', async () => {
    const input = join(folder, 'own.jsonl');
    await writeFile(input, '{"id":1,"gold":"1","answer":"1"}\n');
    await symlink(input, join(folder, 'alias.jsonl'));
    const script = 'exec "$0" "$@" < own.jsonl';
    const redirected = [process.execPath, main, 'verify', '--batch', '-', '--out', 'own.jsonl'];
    for (const { stderr, status } of [
      verify('--batch', input, '--out', join(folder, '.', 'own.jsonl')),
      verify('--batch', input, '--out', join(folder, 'alias.jsonl')),
      spawnSync('sh', ['-c', script, ...redirected], { cwd: folder, encoding: 'utf8' }),
    ]) {
      expect(stderr).toContain('it is the input');
      expect(status).toBe(2);
    }
    expect(await readFile(input, 'utf8')).toContain('"gold"');
  });
});

function verify(...args: string[]) {
  return verifyInput('', ...args);
}

function verifyInput(input: string, ...args: string[]) {
  return spawnSync(process.execPath, [main, 'verify', ...args], { input, encoding: 'utf8' });
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
