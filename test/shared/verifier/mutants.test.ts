import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutants } from './mutants.ts';

const repository = resolve(import.meta.dirname, '../../..');
/** What the entry of the verifier imports. */
const PARTS = [
  'package.json',
  'shared/verifier',
  'shared/adapters/decimal',
  'shared/adapters/units',
  'shared/ports',
  'shared/errors.ts',
];

describe('a mutant of the verifier', () => {
  let folder = '';
  let changed: boolean[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oneshot-mutants-'));
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const copies = ['unchanged', ...mutants.map((_, index) => `mutant-${index}`)].map(copyOfVerifier);
    mutants.forEach(({ file, was, becomes }, index) => {
      const path = join(folder, `mutant-${index}`, 'shared/verifier', file);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replace(was, () => becomes),
      );
    });
    changed = changedVerdicts(copies);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function copyOfVerifier(name: string): string {
    for (const part of PARTS) cpSync(join(repository, part), join(folder, name, part), { recursive: true });
    return join(folder, name, 'shared/verifier/verify.ts');
  }

  it('leaves the golden verdicts as they are only where nothing was changed', () => {
    expect(changed[0]).toBe(false);
  });

  it.each(mutants)('is made from text that stands once in $file: $breaks', ({ file, was }) => {
    const source = readFileSync(join(repository, 'shared/verifier', file), 'utf8');
    expect(source.split(was)).toHaveLength(2);
  });

  it.each(mutants.map(({ breaks }, index) => [breaks, index] as const))(
    'that breaks "%s" changes a golden verdict',
    (_, index) => {
      expect(changed[index + 1]).toBe(true);
    },
  );
});

/** Which copies change a golden verdict, judged in one process of plain Node. */
function changedVerdicts(copies: readonly string[]): boolean[] {
  const script = join(import.meta.dirname, 'golden-worker.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...copies], {
    cwd: repository,
    encoding: 'utf8',
    timeout: 280_000,
  });
  if (status !== 0) throw new Error(`judging with the copies failed: ${stderr}`);
  return JSON.parse(stdout) as boolean[];
}
