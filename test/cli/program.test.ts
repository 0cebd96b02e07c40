import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { environment } from '#cli/help/environment.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { program } from '#cli/program.ts';
import { commandPath, StrictCommand } from '#cli/terminal/strict-command.ts';

function commandsBelow(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.flatMap((each) => (each.commands.length > 0 ? commandsBelow(each) : [each]));
}
const leaves = [...commandsBelow(program), ...program.commands.filter(({ commands }) => commands.length > 0)];
const examples = [program, ...leaves].flatMap((command) =>
  command instanceof StrictCommand ? command.examples : [],
);

describe('the commands', () => {
  it('have each an example, and no name twice', () => {
    const without = commandsBelow(program).filter(
      (command) => command instanceof StrictCommand && command.examples.length === 0,
    );
    expect(without.map(commandPath)).toEqual(['oneshot recipes show', 'oneshot token list']);
    const names = program.commands.map((command) => command.name());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(examples.map(({ args }) => args))('understand the example "%s"', async (args) => {
    const reached: string[] = [];
    for (const command of [...leaves])
      command.action(() => {
        reached.push(commandPath(command));
      });
    const words = args.replace(/ >.*/, '').match(/"[^"]*"|\S+/g) ?? [];
    await program.parseAsync(words, { from: 'user' });
    expect(reached).toEqual([expect.stringMatching(new RegExp(`^oneshot ${words[0]}`))]);
  });

  it('take --server, --aws and --home as one place', async () => {
    const runs = program.commands.find((command) => command.name() === 'runs') as CommandUnknownOpts;
    const seen: unknown[] = [];
    runs.action(() => {
      seen.push(runs.opts()['server']);
    });
    process.env['ONESHOT_SERVER'] = 'http://127.0.0.1:1';
    await program.parseAsync(['runs'], { from: 'user' });
    await program.parseAsync(['runs', '--home', 'x'], { from: 'user' });
    delete process.env['ONESHOT_SERVER'];
    expect(seen).toEqual(['http://127.0.0.1:1', undefined]);
    const both = ['runs', '--server', 'http://127.0.0.1:1', '--home', 'x'];
    await expect(program.parseAsync(both, { from: 'user' })).rejects.toThrow(/leave out --home/);
    const noUrl = ['runs', '--server', 'localhost'];
    await expect(program.parseAsync(noUrl, { from: 'user' })).rejects.toThrow(/begins with http/);
  });
});

describe('a place that a command cannot be about', () => {
  it.each([
    ['report', 'r', '--out', 'r.html'],
    ['export', 'r', 'curves', '--to', 'wandb'],
  ])('is a server for %s, which says what to do', async (...words) => {
    const asked = program.parseAsync([...words, '--server', 'http://127.0.0.1:1'], { from: 'user' });
    await expect(asked).rejects.toMatchObject({
      code: 'store-needed',
      message: expect.stringMatching(/--home DIR, or with --aws FILE .* \.json and \.csv/),
    });
  });

  it('is a folder with results where only the environment names a deployment', () => {
    const home = mkdtempSync(join(tmpdir(), 'oneshot-place-'));
    const ask = (words: readonly string[], env: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [join(packageRoot, 'cli/main.ts'), 'models', '--json', ...words], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      });
    const codeOf = (words: readonly string[], env: NodeJS.ProcessEnv) =>
      JSON.parse(ask(words, env).stdout).error;
    const nowhere = join(home, 'aws.json');
    const aws = { ONESHOT_AWS: nowhere };
    expect(codeOf(['--home', home], aws)).toMatchObject({ code: 'deployment-unreadable' });
    mkdirSync(join(home, 'store'));
    expect(codeOf(['--home', home], aws)).toMatchObject({
      code: 'place-ambiguous',
      exitCode: 2,
      message: expect.stringContaining(`--aws ${nowhere}`),
    });
    expect(codeOf(['--home', home, '--aws', nowhere], {})).toMatchObject({ code: 'deployment-unreadable' });
    expect(codeOf([], { ...aws, ONESHOT_HOME: home })).toMatchObject({ code: 'deployment-unreadable' });
    expect(ask(['--home', home], { ONESHOT_AWS: undefined }).status).toBe(0);
    rmSync(home, { recursive: true });
  });
});

describe('the table of the environment', () => {
  /** What processes of ours tell each other. */
  const own = [
    'ONESHOT_SAMPLER_DTYPE',
    'ONESHOT_SERVER_LOCK',
    'ONESHOT_SERVER_TURNS',
    'ONESHOT_SERVER_SLEEPS',
  ];

  it('has every variable that the sources name', () => {
    const named = new Set<string>();
    for (const folder of ['bin', 'cli', 'functions', 'shared', 'trainer']) {
      for (const path of readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })) {
        if (!/\.(ts|js|py)$/.test(path)) continue;
        const text = readFileSync(join(packageRoot, folder, path), 'utf8');
        for (const [name] of text.matchAll(/\bONESHOT_[A-Z_]+\b/g)) named.add(name);
      }
    }
    const listed = environment.map(({ name }) => name);
    expect([...named].filter((name) => !own.includes(name) && !listed.includes(name))).toEqual([]);
    expect(listed.filter((name) => name.startsWith('ONESHOT_') && !named.has(name))).toEqual([]);
  });
});
