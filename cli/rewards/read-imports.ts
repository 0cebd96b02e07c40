/**
 * What a reward module imports, so that the run that trains with it can keep it. `named-imports.ts` and
 * `python-imports.ts` say what a source names, this file follows the names from file to file.
 */
import { readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, extname, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sha256OfMany } from '#shared/encoding/digest.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import { installedPackage } from '#trainer/rewards/installed-package.ts';
import { MOST_IMPORTS, RewardImports } from '#trainer/settings/reward-imports.ts';
import { namedImports } from './named-imports.ts';
import { pythonImports } from './python-imports.ts';

/** What is recorded of a module's imports, and the files to store. */
export interface ReadImports {
  /** `undefined` where it imports nothing but what its language brings. */
  readonly imports: RewardImports | undefined;
  readonly bodies: readonly Uint8Array[];
}

/** One thing that a module imports. */
type Found =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string; readonly version: string };

const LOADABLE = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json'];
const TYPED = /\.[cm]?ts$/;

/**
 * Follows a module's imports through all files of the user's own, round in circles if need be.
 *
 * @param entry - the module, absolute
 * @param source - its text
 * @throws {KnownError} `reward-import-missing`, `reward-import-unsupported`, `reward-invalid`
 */
export async function readImports(entry: string, source: string): Promise<ReadImports> {
  const bodies = new Map<string, Uint8Array>();
  const packages = new Map<string, string>();
  const reading = [{ path: entry, text: source }];
  const enter = async (found: Found, by: string) => {
    if (found.kind === 'package') return enterPackage(packages, found, by);
    if (found.path === entry || bodies.has(found.path)) return;
    if (bodies.size === MOST_IMPORTS) throw unsupported(by, `more than ${MOST_IMPORTS} files in all`);
    const body = await readFile(found.path);
    bodies.set(found.path, body);
    reading.push({ path: found.path, text: utf8Text(body, { code: 'reward-invalid', source: found.path }) });
  };
  for (const { path, text } of reading)
    for (const found of await importsOf(path, text, entry)) await enter(found, path); // it grows
  if (bodies.size === 0 && packages.size === 0) return { imports: undefined, bodies: [] };
  return { imports: await recordOf(entry, bodies, packages), bodies: [...bodies.values()] };
}

async function recordOf(
  entry: string,
  bodies: ReadonlyMap<string, Uint8Array>,
  packages: ReadonlyMap<string, string>,
): Promise<RewardImports> {
  const root = sharedFolder([entry, ...bodies.keys()]);
  const below = (path: string) => relative(root, path).split(sep).join('/');
  const files = [...bodies].map(async ([path, body]) => ({
    path: below(path),
    sha256: await sha256OfMany(body),
  }));
  const imports = RewardImports.safeParse({
    folder: below(dirname(entry)),
    files: (await Promise.all(files)).sort((a, b) => (a.path < b.path ? -1 : 1)),
    packages: [...packages]
      .map(([name, version]) => ({ name, version }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
  if (imports.success) return imports.data;
  throw unsupported(entry, `what a run cannot record (${imports.error.issues[0]?.path.join('.')})`);
}

/** The deepest folder that holds all of them. */
function sharedFolder([first = '', ...others]: readonly string[]): string {
  let folder = dirname(first);
  while (!others.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

function enterPackage(
  packages: Map<string, string>,
  { name, version }: Extract<Found, { kind: 'package' }>,
  by: string,
): void {
  const other = packages.get(name);
  if (other !== undefined && other !== version)
    throw unsupported(by, `${name} ${version}, where another file imports ${name} ${other}`);
  packages.set(name, version);
}

async function importsOf(path: string, text: string, entry: string): Promise<readonly Found[]> {
  const ending = extname(path);
  if (ending === '.json') return [];
  if (ending === '.py') return existing(pythonImports(path, text, dirname(entry)));
  const found: Found[] = [];
  for (const { specifier, isStatement } of await namedImports(text, TYPED.test(path))) {
    if (isBuiltin(specifier)) continue;
    try {
      found.push(await resolveImport(specifier, path));
    } catch (error) {
      // Whether a call ever happens only running shows; what is not stored is not there then.
      if (isStatement || !(error instanceof KnownError)) throw error;
    }
  }
  return found;
}

async function existing(candidates: readonly string[]): Promise<readonly Found[]> {
  const files = await Promise.all(candidates.map(async (path) => ((await isFile(path)) ? [path] : [])));
  return files.flat().map((path) => ({ kind: 'file', path }));
}

async function resolveImport(specifier: string, by: string): Promise<Found> {
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return { kind: 'file', path: await resolveFile(specifier, by) };
  const [, name] = /^((?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*)(?:\/|$)/.exec(specifier) ?? [];
  if (name === undefined || /^\w+:/.test(specifier))
    throw unsupported(
      by,
      `"${specifier}"; it may import relative files, installed packages and node: modules`,
    );
  const installed = await installedPackage(name, dirname(by));
  if (!installed) {
    throw missing(
      `${by} imports the package ${name}, which is not installed in a node_modules of its folder or of one above. ` +
        `Install it there: npm install ${name}.`,
    );
  }
  if (installed.version === undefined) throw unsupported(by, `${name}, whose package.json says no version`);
  return { kind: 'package', name, version: installed.version };
}

async function resolveFile(specifier: string, by: string): Promise<string> {
  const path = fileURLToPath(new URL(specifier, pathToFileURL(by)));
  if (!(await isFile(path))) {
    const meant = await firstFile([...LOADABLE.map((ending) => path + ending), path.replace(/js$/, 'ts')]);
    const hint = meant ? ` Node wants the name of the file: ${relative(dirname(path), meant)}.` : '';
    throw missing(`${by} imports "${specifier}", and there is no file ${path}.${hint}`);
  }
  if (LOADABLE.includes(extname(path))) return path;
  throw unsupported(by, `"${specifier}", which is no ${LOADABLE.join(', ')} file`);
}

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isFile(path)) return path;
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function missing(message: string): KnownError {
  return new KnownError('reward-import-missing', message);
}

function unsupported(by: string, what: string): KnownError {
  return new KnownError('reward-import-unsupported', `${by} imports ${what}.`);
}
