import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * What `--model` takes as it means the same from anywhere: the path of a folder from another folder on; the name of a model
 * of the hub, of a run or of a stored model stays as it is.
 */
export function modelFrom(folder: string, text: string): string {
  const path = resolve(folder, text);
  const isPath = /^\.{1,2}(?:\/|$)/.test(text) || statSync(path, { throwIfNoEntry: false })?.isDirectory();
  return isPath ? path : text;
}
