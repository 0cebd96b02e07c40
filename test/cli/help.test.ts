import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';

/** Each command line that asks for help, and what it prints: scripts and readers rely on both. */
const golden = readFileSync(join(packageRoot, 'test/golden/cli-help.txt'), 'utf8').replaceAll(
  'CORES',
  String(availableParallelism()),
);
const [, ...cases] = golden.split(/^\$ oneshot(.*)\n/m);
const helps = cases.flatMap((args, index) =>
  index % 2 === 0 ? [[args.trim(), cases[index + 1] as string] as const] : [],
);

/** Prints the modules that a process loads to standard error. */
const TELL_LOADED = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });`;

describe('oneshot --help', () => {
  it.each(helps)('of "%s" is what it was', (args, expected) => {
    const { status, stdout, stderr } = oneshot(args.split(' '));
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expected, stderr: '' });
  });

  it('names every command, each of which has its help recorded', () => {
    const others = '(?:Global )?Options:|Arguments:|Examples:';
    const sections = [
      ...golden.matchAll(new RegExp(`^(?!${others})[A-Z][a-z ]+:\\n(?: {2}.*\\n)+`, 'gm')),
    ].join('');
    const listed = [...sections.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(['demo', 'train', 'samples', 'gc', 'push']));
    const recorded = new Set(helps.map(([args]) => args.split(' ').at(-2)));
    expect(listed.filter((name) => name !== 'help' && !recorded.has(name))).toEqual([]);
  });

  it('has topics beside commands, and says which is near', () => {
    expect(oneshot(['help', 'exit-codes']).stdout).toMatch(/^0\n.*\n.*\n1\n/);
    expect(oneshot(['help', 'environment']).stdout).toContain('ONESHOT_HOME\n    the workspace');
    expect(oneshot(['help', 'data', 'push']).stdout).toBe(oneshot(['data', 'push', '--help']).stdout);
    const { status, stderr } = oneshot(['help', 'trian']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('Did you mean train?')]);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });

  it.each(['--help', 'train --steps none', 'eval --benchmarks aime23'])(
    'loads nothing that a command needs to run: %s',
    (args) => {
      const hook = `data:text/javascript,${encodeURIComponent(TELL_LOADED)}`;
      const { stderr } = oneshot(args.split(' '), ['--import', hook]);
      const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'));
      const packages = loaded.map((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]);
      expect(new Set(packages.filter((name) => name !== undefined))).toEqual(
        new Set(['@commander-js/extra-typings', 'commander']),
      );
      expect(loaded.filter((url) => /\/(trainer|functions\/(?!tokens\/token-name))/.test(url))).toEqual([]);
    },
  );
});

function oneshot(args: readonly string[], flags: readonly string[] = []) {
  const main = join(packageRoot, 'cli/main.ts');
  return spawnSync(process.execPath, [...flags, main, ...args], { encoding: 'utf8' });
}
