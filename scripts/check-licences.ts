/** Every package that users install must be free to use and to pass on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ALLOWED =
  /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|CC0-1\.0|Unlicense|BlueOak-1\.0\.0)( OR .*)?\)?$/;

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const installed = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && !entry.dev);
const refused = installed
  .map(([path, { license }]) => ({ path, licence: license ?? licenceIn(path) }))
  .filter(({ licence }) => !ALLOWED.test(licence));
for (const { path, licence } of refused)
  console.error(`${path}: ${licence} is not among the allowed licences`);
console.log(`${installed.length} packages, ${refused.length} with licences that are not allowed`);
if (installed.length === 0 || refused.length > 0) process.exitCode = 1;

/** From the package itself, where the lockfile does not say; optional packages of other platforms are not there. */
function licenceIn(path: string): string {
  const found = readdirSync(path).includes('package.json');
  return found
    ? String((JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { license?: string }).license)
    : 'unknown';
}
