import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutants } from '../trainer/mutants.ts';

const repository = resolve(import.meta.dirname, '../..');
/** All that the tests of the trainer's numbers read. */
const PARTS = [
  'package.json',
  'pyproject.toml',
  'vitest.config.ts',
  'vitest.full.config.ts',
  'trainer',
  'shared',
  'test/conftest.py',
  'test/fixed-seed.ts',
  'test/trainer',
  'test/golden',
];

describe('a mutant of the trainer', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oneshot-mutants-'));
    for (const name of ['node_modules', '.venv']) symlinkSync(join(repository, name), join(folder, name));
    for (const part of PARTS) cpSync(join(repository, part), join(folder, part), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(mutants)('is made from text that stands once in $file: $breaks', ({ file, was }) => {
    expect(readFileSync(join(repository, 'trainer', file), 'utf8').split(was)).toHaveLength(2);
  });

  it.each([...new Set(mutants.map(({ tests }) => tests))])(
    'is none where nothing was changed: %s',
    (tests) => {
      expect(passes(folder, tests)).toBe(true);
    },
  );

  it.each(mutants)('that breaks "$breaks" makes a test fail', ({ file, was, becomes, tests }) => {
    const path = join(folder, 'trainer', file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(
      path,
      source.replace(was, () => becomes),
    );
    try {
      expect(passes(folder, tests)).toBe(false);
    } finally {
      writeFileSync(path, source);
    }
  });
});

function passes(cwd: string, tests: string): boolean {
  const path = join('test/trainer', tests);
  const [command, args] = tests.endsWith('.py')
    ? [join(cwd, '.venv/bin/python'), ['-m', 'pytest', '-q', '-x', path]]
    : [process.execPath, [join(cwd, 'node_modules/vitest/vitest.mjs'), 'run', path]];
  const { status, error } = spawnSync(command, args, { cwd, timeout: 110_000 });
  if (error) throw error;
  return status === 0;
}
