import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImports } from '#cli/rewards/read-imports.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-imports-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('what a reward module imports', () => {
  it('is nothing to record where it is one file', async () => {
    const source =
      "import { readFileSync } from 'node:fs';\nimport os from 'os';\nexport const reward = () => 1;\n";
    expect(await read({ 'reward.ts': source })).toEqual({ imports: undefined, bodies: [] });
  });

  it('are the files behind it, however far, with where they lie to each other', async () => {
    const files = {
      'rewards/reward.ts': "import { brief } from '../lib/brief.ts';\nexport { brief as reward };",
      'lib/brief.ts': "export * from './words.mjs';\nimport facts from './facts.json' with { type: 'json' };",
      'lib/words.mjs': "const more = await import('./late.js');\nexport const brief = () => more.one;",
      'lib/late.js': 'export const one = 1;',
      'lib/facts.json': '{"a": 1}',
      'lib/unused.ts': 'export {};',
    };
    const { imports, bodies } = await read(files);
    const named = ['lib/brief.ts', 'lib/facts.json', 'lib/late.js', 'lib/words.mjs'] as const;
    expect(imports).toEqual({
      folder: 'rewards',
      files: named.map((path) => ({ path, sha256: sha256Hex(files[path]) })),
      packages: [],
    });
    expect(bodies.map((body) => sha256Hex(body)).sort()).toEqual(
      named.map((path) => sha256Hex(files[path])).sort(),
    );
  });

  it('change their record with any byte of any file', async () => {
    const files = {
      'reward.ts': "export * from './a.ts';",
      'a.ts': "export * from './b.ts';",
      'b.ts': 'export const reward = () => 1;',
    };
    const before = await read(files);
    const after = await read({ ...files, 'b.ts': `${files['b.ts']} ` });
    expect(after.imports).not.toEqual(before.imports);
    expect(after.imports?.files[0]).toEqual(before.imports?.files[0]);
  });

  it('may go round in circles, through the module itself', async () => {
    const { imports } = await read({
      'reward.ts': "import { a } from './a.ts';\nexport const reward = () => a();",
      'a.ts':
        "import { reward } from './reward.ts';\nimport './b.ts';\nexport const a = () => Number(Boolean(reward));",
      'b.ts': "import './a.ts';",
    });
    expect(imports?.files.map(({ path }) => path)).toEqual(['a.ts', 'b.ts']);
  });

  it('are what Node loads: no types, no text, no comment', async () => {
    const source = [
      "import type { Input } from './no-file.ts';",
      "import { type Input as Same } from './kept.ts';",
      "// import './in-a-comment.ts'",
      "const text = `from './in-a-text.ts'`;",
      'export const reward = (input: Input): number => text.length;',
    ];
    const { imports } = await read({ 'reward.ts': source.join('\n'), 'kept.ts': 'export {};' });
    expect(imports?.files.map(({ path }) => path)).toEqual(['kept.ts']);
  });

  it('are packages by name and version, found as Node finds them', async () => {
    const { imports } = await read({
      'deep/reward.mjs': "import words from 'words/count';\nimport own from '@me/own';",
      'node_modules/words/package.json': '{"version": "4.1.0"}',
      'deep/node_modules/@me/own/package.json': '{"version": "0.1.0-beta"}',
    });
    expect(imports).toEqual({
      folder: '',
      files: [],
      packages: [
        { name: '@me/own', version: '0.1.0-beta' },
        { name: 'words', version: '4.1.0' },
      ],
    });
  });

  it('of a CommonJS module are what it requires', async () => {
    const files = {
      'reward.cjs': "const { a } = require('./a.cjs');\nexports.reward = a;",
      'a.cjs': 'exports.a = () => 1;',
    };
    expect((await read(files)).imports?.files.map(({ path }) => path)).toEqual(['a.cjs']);
  });

  it('that a call may never ask for are left out where they are not there', async () => {
    const source =
      "export const reward = async () => (process.env.X ? await import('./no-file.ts') : require('no-package'));";
    expect((await read({ 'reward.ts': source })).imports).toBeUndefined();
  });

  it('are told by the loading where the module cannot be parsed', async () => {
    expect(
      (await read({ 'reward.ts': "import './a.ts';\nexport const reward = (" })).imports,
    ).toBeUndefined();
  });

  it.each([
    [
      "import './no.ts';",
      'reward-import-missing',
      /reward\.ts imports "\.\/no\.ts", and there is no file .*no\.ts\.$/,
    ],
    ["import './lib/a';", 'reward-import-missing', /Node wants the name of the file: a\.ts\./],
    ["import './lib/a.js';", 'reward-import-missing', /Node wants the name of the file: a\.ts\./],
    ["import 'lodash/fp';", 'reward-import-missing', /imports the package lodash, which is not installed/],
    ["import 'https://example.org/a.js';", 'reward-import-unsupported', /"https:/],
    ["import '#lib/a.ts';", 'reward-import-unsupported', /"#lib\/a\.ts"; it may import relative files/],
    ["import '/etc/a.js';", 'reward-import-unsupported', /"\/etc\/a\.js"/],
    ["import './lib/a.wasm';", 'reward-import-unsupported', /no \.js, .*\.json file/],
  ])('%s is refused', async (source, code, message) => {
    const files = {
      'reward.ts': `${source}\nexport const reward = () => 1;`,
      'lib/a.ts': '',
      'lib/a.wasm': '',
    };
    await expect(read(files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('names the file that imports, not only the first', async () => {
    const files = { 'reward.ts': "export * from './a.ts';", 'a.ts': "export * from './gone.ts';" };
    await expect(read(files)).rejects.toThrow(/a\.ts imports "\.\/gone\.ts"/);
  });

  it('refuses a file that is not UTF-8, by its name', async () => {
    await write('reward.ts', "import './a.js';");
    await writeFile(join(folder, 'a.js'), Buffer.from([0x63, 0xff]));
    await expect(readWritten('reward.ts')).rejects.toMatchObject({
      code: 'reward-invalid',
      message: expect.stringContaining('a.js'),
    });
  });

  it('in Python are the files beside it, packages among them', async () => {
    const { imports } = await read({
      'reward.py': [
        'import json, numpy as np',
        'import words, lib.deep as deep',
        'from lib import (',
        '    more,  # of it',
        '    CONSTANT,',
        ')',
        'def reward(completion):',
        '    from late import one',
        '    return one',
      ].join('\n'),
      'words.py': '',
      'late.py': 'import reward',
      'lib/__init__.py': 'CONSTANT = 1',
      'lib/deep.py': 'from . import sibling\nfrom .more import x',
      'lib/more.py': 'x = 1',
      'lib/sibling.py': '',
      'unused.py': '',
    });
    const paths = ['late.py', 'lib/__init__.py', 'lib/deep.py', 'lib/more.py', 'lib/sibling.py', 'words.py'];
    expect(imports?.files.map(({ path }) => path)).toEqual(paths);
    expect(imports).toMatchObject({ folder: '', packages: [] });
  });

  it('reads a package through a link, as npm makes them for folders of a workspace', async () => {
    await write('packages/own/package.json', '{"version": "2.0.0"}');
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(folder, 'packages/own'), join(folder, 'node_modules/own'));
    const { imports } = await read({ 'reward.js': "export { reward } from 'own';" });
    expect(imports?.packages).toEqual([{ name: 'own', version: '2.0.0' }]);
  });
});

/** Writes the files and reads the imports of the first. */
async function read(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) await write(path, text);
  return readWritten(Object.keys(files)[0] as string);
}

async function readWritten(path: string) {
  const entry = join(folder, path);
  return readImports(entry, await readFile(entry, 'utf8'));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
