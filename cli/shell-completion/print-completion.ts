/**
 * `oneshot completion`: a script for a shell, made of what the commands declare (`completion-tree.ts`), so that completing
 * starts no process. Words that placeholders such as `<recipe>` stand for are said here. Imports `terminal/`.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { BENCHMARK_NAMES } from '#shared/benchmarks/benchmark-names.ts';
import { recipes } from '#trainer/recipes/recipes.ts';
import { bashScript } from './bash-script.ts';
import { type CompletedCommand, completionTree, type Placeholders, type Values } from './completion-tree.ts';
import { fishScript } from './fish-script.ts';
import { zshScript } from './zsh-script.ts';

export type Shell = 'bash' | 'zsh' | 'fish';

const scripts: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const words = (known: readonly string[], list = false): Values => ({ kind: 'words', words: known, list });
const files: Values = { kind: 'files' };
const folders: Values = { kind: 'folders' };

/** What placeholders of options and arguments stand for; others are free. */
export const placeholders: Placeholders = {
  file: files,
  dir: folders,
  model: folders,
  recipe: words(recipes.map(({ name }) => name)),
  benchmark: words(BENCHMARK_NAMES),
  benchmarks: words(BENCHMARK_NAMES, true),
};

/** Prints the script. @param command - any of the program's */
export function printCompletion(shell: Shell, command: CommandUnknownOpts): void {
  let program = command;
  while (program.parent) program = program.parent;
  process.stdout.write(scripts[shell](completionTree(program, placeholders)));
}
