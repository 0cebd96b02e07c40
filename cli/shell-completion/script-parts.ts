import type { CompletedCommand, Values } from './completion-tree.ts';

/** Places of command lines, `PATH OPTION` each, that take the same values. */
export interface SameValues {
  readonly places: readonly string[];
  readonly values: Values;
}

/** All options that take a value, those with the same ones together. */
export function inGroups(commands: readonly CompletedCommand[]): readonly SameValues[] {
  const groups = new Map<string, SameValues>();
  for (const { path, options } of commands) {
    for (const { flag, values } of options) {
      if (!values) continue;
      const key = JSON.stringify(values);
      const places = [...(groups.get(key)?.places ?? []), `${path} ${flag}`];
      groups.set(key, { places, values });
    }
  }
  return [...groups.values()];
}

/** A text as one word of bash and zsh. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
