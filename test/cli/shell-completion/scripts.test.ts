import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { program } from '#cli/program.ts';
import { bashScript } from '#cli/shell-completion/bash-script.ts';
import { completionTree } from '#cli/shell-completion/completion-tree.ts';
import { fishScript } from '#cli/shell-completion/fish-script.ts';
import { placeholders } from '#cli/shell-completion/print-completion.ts';
import { zshScript } from '#cli/shell-completion/zsh-script.ts';
import { recipes } from '#trainer/recipes/recipes.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshot-completion-'));
const commands = completionTree(program, placeholders);
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('the script for bash', () => {
  const path = script('oneshot.bash', bashScript(commands));

  /** What a real bash offers for each line, whose last word is being written. */
  function offered(lines: readonly (readonly string[])[]): string[][] {
    const asked = lines.map((words) => {
      const quoted = words.map((word) => `'${word}'`).join(' ');
      return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; "$function" oneshot; echo "\${COMPREPLY[*]}"`;
    });
    const start = `source '${path}'; set -- $(complete -p oneshot); function=$3; cd '${folder}'; set -u`;
    const out = execFileSync('bash', ['--norc', '-c', [start, ...asked].join('\n')], { encoding: 'utf8' });
    return out.split('\n').map((line) => line.split(' ').filter((word) => word !== ''));
  }

  it('offers commands, options, and what those take', () => {
    const [roots, below, options, kinds, recipe, lists, files, inline, none, flag] = offered([
      ['oneshot', 'e'],
      ['oneshot', 'data', ''],
      ['oneshot', 'train', 'micro-pi1', '--eval-b'],
      ['oneshot', 'train', '--sampler', ''],
      ['oneshot', 'train', 'micro-p'],
      ['oneshot', 'eval', '--benchmarks', 'math500,aime'],
      ['oneshot', 'verify', '--batch', 'oneshot.'],
      ['oneshot', 'train', '--sampler', '=', 'v'],
      ['oneshot', 'train', '--steps', ''],
      ['oneshot', 'runs', '--json', '--l'],
    ]);
    expect(roots).toEqual(['eval', 'evaluations', 'export']);
    expect(below).toEqual(['pull', 'push']);
    expect(options).toEqual(['--eval-benchmarks']);
    expect(kinds).toEqual(['auto', 'engine', 'onnx', 'vllm']);
    const known = recipes.map(({ name }) => name);
    expect(recipe).toEqual(known.filter((name) => name.startsWith('micro-p')));
    expect(lists).toEqual(['math500,aime24', 'math500,aime25']);
    expect(files).toEqual(['oneshot.bash']);
    expect(inline).toEqual(['vllm']);
    expect(none).toEqual([]);
    expect(flag).toEqual(['--limit']);
  });

  it('is what `oneshot completion bash` prints', () => {
    const main = join(packageRoot, 'cli/main.ts');
    const { stdout, status } = spawnSync(process.execPath, [main, 'completion', 'bash'], {
      encoding: 'utf8',
    });
    expect([status, stdout === bashScript(commands)]).toEqual([0, true]);
  });
});

it.skipIf(spawnSync('fish', ['--version']).error)('a real fish offers commands and values', () => {
  const path = script('offered.fish', fishScript(commands));
  const offered = (line: string) => {
    const asked = `source '${path}'; complete -C '${line}'`;
    const out = execFileSync('fish', ['-N', '-c', asked], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    });
    return out
      .trimEnd()
      .split('\n')
      .map((each) => each.split('\t')[0]);
  };
  expect(offered('oneshot data ')).toEqual(['pull', 'push']);
  expect(offered('oneshot train --sampler ')).toEqual(['auto', 'engine', 'vllm']);
});

describe.each([
  ['zsh', zshScript(commands)],
  ['fish', fishScript(commands)],
])('the script for %s', (shell, text) => {
  it('names every command with its options', () => {
    for (const { path, options } of commands) {
      expect(text).toContain(path);
      for (const { flag } of options) expect(text).toContain(flag.replace(/^--/, ''));
    }
  });

  it.skipIf(spawnSync(shell, ['--version']).error)('is understood by it', () => {
    const { status, stderr } = spawnSync(shell, ['-n', script(`oneshot.${shell}`, text)], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});
