import { resolve } from 'node:path';

/** Assets are made from the files of this folder. */
export const repositoryRoot = resolve(import.meta.dirname, '..');
