import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { type ModelName, readModelName } from './read-model-name.ts';

/** What a name of a model means on this machine. @throws {KnownError} as `readModelName` does */
export function nameOf(text: string): ModelName {
  return readModelName(
    text,
    homedir(),
    (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
  );
}
