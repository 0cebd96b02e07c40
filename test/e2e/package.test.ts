import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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

import { ApiError, type Client, createClient, eachItem, type Sample } from 'oneshot-rlvr/client';
import type { Comparison, Evaluation, RunListItem } from 'oneshot-rlvr/client';

const client = createClient({ url: 'http://127.0.0.1:8642', token: 'x' });
expectTypeOf(client).toEqualTypeOf<Client>();
expectTypeOf(client.readEvaluation).returns.resolves.toEqualTypeOf<Evaluation>();
expectTypeOf(client.compareEvaluations).returns.resolves.toEqualTypeOf<Comparison>();
expectTypeOf(client.listRuns).returns.resolves.toHaveProperty('items').toEqualTypeOf<readonly RunListItem[]>();
expectTypeOf<RunListItem['state']>().not.toBeAny();
expectTypeOf(eachItem(client.listSamples, { evaluation: 'x' })).toEqualTypeOf<AsyncGenerator<Sample, void, void>>();
expectTypeOf<Sample['verdict']>().toEqualTypeOf<'correct' | 'incorrect' | 'no-answer' | 'too-hard'>();
expectTypeOf<ApiError['status']>().toEqualTypeOf<number>();
client.listRuns();
// @ts-expect-error no evaluation
client.readEvaluation();
// @ts-expect-error no such state
client.listRuns({ state: 'tired' });
`;
let folder: string;
let installed: string;
let packed: string;
let server: ChildProcess | undefined;

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
  packed = join(folder, 'oneshot-rlvr-0.1.0.tgz');
  execFileSync('tar', ['-xzf', packed], { cwd: folder });
  installed = join(modules, 'oneshot-rlvr');
  execFileSync('mv', [join(folder, 'package'), installed]);
});

afterAll(async () => {
  server?.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('holds neither tests nor sources that Node would have to strip', async () => {
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((file) => /\.(test\.ts|pyc)$|(^|\/)test\//.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
  });

  it('is as large as the README says', async () => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const [, told, unpacked] = /package is ([\d.]+) MB, ([\d.]+) MB unpacked/.exec(readme) ?? [];
    const files = await readdir(installed, { recursive: true, withFileTypes: true });
    const sizes = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name))),
    );
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    expect((await stat(packed)).size / 1e6 / Number(told)).toBeCloseTo(1, 0.8);
    expect(total / 1e6 / Number(unpacked)).toBeCloseTo(1, 0.8);
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

  it('brings along what llms.txt links to', async () => {
    const links = (await readFile(join(installed, 'llms.txt'), 'utf8')).matchAll(/\]\(([^)]+)\)/g);
    for (const [, path = ''] of links) expect((await stat(join(installed, path))).isFile()).toBe(true);
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

  it('exports the client without what the server is made of', async () => {
    const loaded = new Set([join(installed, 'dist/client.js')]);
    for (const file of loaded) {
      const text = await readFile(file, 'utf8');
      for (const [, name = ''] of text.matchAll(/\bfrom ?"([^"]+)"/g)) loaded.add(join(file, '..', name));
    }
    const code = await Promise.all([...loaded].map((file) => readFile(file, 'utf8')));
    expect(code.join('').length).toBeLessThan(20_000);
    const types = await readFile(join(installed, 'dist/types/functions/client/create-client.d.ts'), 'utf8');
    expect(types).not.toMatch(/zod|hono/);
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

/** What somebody does first, in an empty folder, with the engine's environment that is here already. */
describe("a newcomer's way", () => {
  const env = { ...process.env, ONESHOT_VENV: join(packageRoot, '.venv') };
  const oneshot = (...args: string[]) => {
    const cwd = join(folder, 'empty');
    const bin = join(installed, 'bin/oneshot.js');
    return spawnSync(process.execPath, [bin, ...args], { cwd, env, encoding: 'utf8' });
  };

  it('is told what there is', async () => {
    await mkdir(join(folder, 'empty'));
    const { stdout, status } = oneshot('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('Begin:\n  demo');
    const doctor = oneshot('doctor');
    expect([doctor.status, doctor.stdout]).toEqual([0, expect.stringMatching(/^ok +machine/m)]);
    const verified = oneshot('verify', '--gold', '7/2', '--answer', '3.5');
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('correct')]);
  });

  it('trains, scores and looks at it in a browser', async () => {
    const demo = oneshot('demo', '--quick', '--quiet');
    expect([demo.status, demo.stderr]).toEqual([0, '']);
    const [, report] = /^Report: (.+)$/m.exec(demo.stdout) ?? [];
    expect(await readFile(report ?? '', 'utf8')).toContain('<h1');
    const runs = oneshot('runs', '--json').stdout.trim().split('\n');
    expect(runs.map((line) => JSON.parse(line).state)).toEqual(['finished', 'finished']);
    const told = oneshot('report', JSON.parse(runs[0] ?? '').run, '--markdown');
    expect([told.status, told.stdout]).toEqual([0, expect.stringMatching(/^# /)]);
    const { pages, url, token, page } = await served();
    expect(page).toContain('micro-pi1');
    expect(pages.startsWith(url)).toBe(true);
    await tryGuide(url, token);
  });

  /** The pages after the link that `oneshot serve` prints, as a browser follows it. */
  async function served() {
    const bin = join(installed, 'bin/oneshot.js');
    const child = spawn(process.execPath, [bin, 'serve', '--port', '0', '--json'], {
      ...{ cwd: join(folder, 'empty'), env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server = child;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { pages, url, token } = JSON.parse(line) as { pages: string; url: string; token: string };
    const signedIn = await fetch(pages, { redirect: 'manual' });
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = await fetch(url, { headers: { cookie, accept: 'text/html' } });
    expect(page.status).toBe(200);
    return { pages, url, token, page: await page.text() };
  }

  /** The program of the guide, as it stands there, with a model that is stored. */
  async function tryGuide(url: string, token: string) {
    const model = oneshot(
      'model',
      'push',
      join(installed, 'trainer/microcosm/bases/habit-62-46'),
    ).stdout.trim();
    expect(oneshot('data', 'push', 'micro-aime24').status).toBe(0);
    const guide = await readFile(join(packageRoot, 'docs/guide/http-api.md'), 'utf8');
    const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
    const own = code.replace('http://127.0.0.1:8642', url).replace('DIGEST', model);
    await writeFile(join(folder, 'guide.mts'), own);
    const options = '--strict --noEmit --skipLibCheck --module nodenext --target es2024 --types node'.split(
      ' ',
    );
    execFileSync(join(packageRoot, 'node_modules/.bin/tsc'), [...options, 'guide.mts'], {
      cwd: folder,
      stdio: 'pipe',
    });
    const { stdout, stderr } = spawnSync(process.execPath, ['guide.mts'], {
      ...{ cwd: folder, encoding: 'utf8' },
      env: { ...env, ONESHOT_TOKEN: token },
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/finished 0\.\d+\n(.*\n)*0\.\d+\nmicro-aime24\/\d+ /);
  }
});

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
