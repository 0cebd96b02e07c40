import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

/** A verifier from the parts that a browser loads one by one. */
const PARTS = [
  "import { createVerifier } from 'oneshot-rlvr/verifier/core';",
  "import { paperGraders } from 'oneshot-rlvr/verifier/paper';",
  "import { decimalPrecision as precision } from 'oneshot-rlvr/verifier/precision';",
  "import { exactUnits as units } from 'oneshot-rlvr/verifier/units';",
  'const { verifyModes } = createVerifier({ precision, units, paper: paperGraders({ precision, units }) });',
];
/** What users' own code relies on: a type that became `any` or lost a member on its way into the package fails to compile. */
const TYPES = `
import { expectTypeOf } from 'vitest';
import { explain, goldFault, verifierVersion, verify, verifyModes } from 'oneshot-rlvr/verifier';
import type { Explanation, Mode, Verification, Verifier, VerifyInput } from 'oneshot-rlvr/verifier';
import { createVerifier } from 'oneshot-rlvr/verifier/core';

expectTypeOf(verify).toEqualTypeOf<(input: VerifyInput & { readonly mode: Mode }) => Verification>();
expectTypeOf(explain).returns.toEqualTypeOf<Explanation>();
expectTypeOf(goldFault).toEqualTypeOf<(gold: string | readonly string[]) => string | undefined>();
expectTypeOf(verifierVersion).toEqualTypeOf<string>();
const input = { gold: '7', completion: '', modes: ['reward', 'format'] } as const;
expectTypeOf(verifyModes(input)).toEqualTypeOf<Readonly<Record<'reward' | 'format', Verification>>>();
expectTypeOf<Mode>().toEqualTypeOf<'reward' | 'benchmark' | 'paper-train' | 'paper-eval' | 'format'>();
expectTypeOf<Verification['verdict']>().toEqualTypeOf<'correct' | 'incorrect' | 'no-answer' | 'too-hard'>();
expectTypeOf<Verification['span']>().toEqualTypeOf<readonly [start: number, end: number] | null>();
expectTypeOf(createVerifier).returns.toEqualTypeOf<Verifier>();
// @ts-expect-error neither a completion nor an answer
verify({ gold: '7', mode: 'reward' });
// @ts-expect-error no such mode
verify({ gold: '7', answer: '7', mode: 'strict' });
`;
let folder: string;
let installed: string;

/** Packs, and unpacks under a node_modules where the dependencies lie too, as an install would leave it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-package-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir(join(packageRoot, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(packageRoot, 'node_modules', name), join(modules, name));
  }
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: packageRoot,
    stdio: 'pipe',
  });
  execFileSync('tar', ['-xzf', 'oneshot-rlvr-0.1.0.tgz'], { cwd: folder });
  installed = join(modules, 'oneshot-rlvr');
  execFileSync('mv', [join(folder, 'package'), installed]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed package', () => {
  it('holds neither tests nor sources that Node would have to strip', async () => {
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((file) => /\.(test\.ts|pyc)$|(^|\/)test\//.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });

  it('imports nothing that an install does not bring', async () => {
    const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const files = (await readdir(join(installed, 'dist'))).filter((file) => file.endsWith('.js'));
    const texts = await Promise.all(files.map((file) => readFile(join(installed, 'dist', file), 'utf8')));
    const imported = texts.flatMap((text) =>
      [
        ...text.matchAll(/^(?:import|export|\} from) ?(?:[^"'\n]* from )?"((?:@[^/"]+\/)?[^./"][^/"]*)/gm),
      ].map(([, name]) => name as string),
    );
    expect(imported).toContain('commander');
    const brought = new Set(Object.keys(dependencies));
    expect(imported.filter((name) => !name.startsWith('node:') && !brought.has(name))).toEqual([]);
  });

  it('brings along the script that writes offline runs of W&B', async () => {
    expect(await readdir(join(installed, 'cli/export'))).toEqual(['wandb_offline.py']);
  });

  it('brings along what vLLM is installed and extended with', async () => {
    const extension = join(installed, 'shared/adapters/vllm/extension/vllm_extension.py');
    expect(await readFile(extension, 'utf8')).toContain('class Extension');
    const pins = await readFile(join(installed, 'cli/vllm/cpu-requirements.txt'), 'utf8');
    expect(pins).toMatch(/^transformers==/m);
  });

  it('evaluates a model that it brings along', () => {
    const model = join(installed, 'trainer/microcosm/bases/habit-62-46');
    const args = ['eval', '--model', model, '--benchmarks', 'micro-aime24', '--limit', '3', '--json'];
    const summary = JSON.parse(run([join(installed, 'bin/oneshot.js'), ...args]));
    expect(summary.coverage).toEqual({ shards: 1, scored: 1, failed: {} });
  });

  it('exports the verifier with its types', async () => {
    const use = [
      "import { verifierVersion, verify } from 'oneshot-rlvr/verifier';",
      "import { verify as same } from 'oneshot-rlvr';",
      "const { verdict } = verify({ gold: '7', completion: 'so \\\\boxed{7.0}', mode: 'reward' });",
      "process.stdout.write([verdict, 'by', typeof verifierVersion, same === verify].join(' '));",
    ];
    await writeFile(join(folder, 'use.mjs'), use.join('\n'));
    expect(run([join(folder, 'use.mjs')])).toBe('correct by string true');
    await writeFile(
      join(folder, 'use.ts'),
      "import { type Verification, verify } from 'oneshot-rlvr/verifier';\nimport { explain } from 'oneshot-rlvr';\nconst { span }: Verification = verify({ gold: '7', completion: '', mode: 'format' });\nexport { explain, span };\n",
    );
    await writeFile(join(folder, 'parts.ts'), [...PARTS, 'export { verifyModes };'].join('\n'));
    await writeFile(join(folder, 'types.ts'), TYPES);
    const options = '--strict --noEmit --skipLibCheck --module nodenext --target es2024'.split(' ');
    execFileSync(join(packageRoot, 'node_modules/.bin/tsc'), [...options, 'use.ts', 'parts.ts', 'types.ts'], {
      cwd: folder,
      stdio: 'pipe',
    });
  });

  it('exports the verifier in parts, which say the same together', async () => {
    const use = [
      ...PARTS,
      "const completion = '\\\\boxed{50 mm}';",
      "const judged = verifyModes({ gold: '5 cm', completion, modes: ['reward', 'paper-train'] });",
      "process.stdout.write([judged.reward.reason, judged['paper-train'].reason].join(' '));",
    ];
    await writeFile(join(folder, 'parts.mjs'), use.join('\n'));
    expect(run([join(folder, 'parts.mjs')])).toBe('equal-value only-one-integer');
  });
});

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
