/**
 * Where this program lies and which version it is, in a clone and in the package alike. Imports no other room.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json: of the clone, or of the installed package. */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Whether this runs from a clone, where TypeScript runs as it is, rather than from the built package. */
export const isClone: boolean = import.meta.url.endsWith('.ts');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
