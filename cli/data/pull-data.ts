/**
 * Third-party data, which this project may use and not pass on: where it comes from (`sources.ts`), how it is fetched
 * (`fetch-source.ts`) and made into the files that other commands read (`convert/`), in the folder where they look for
 * it (`data-folder.ts`). Imports `terminal/` only.
 */
import { rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { explainDiskError, isCode } from '#shared/adapters/disk/explain-disk-error.ts';
import { assertRoom } from '#shared/adapters/disk/free-space.ts';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { sha256OfFile } from '#shared/adapters/local/sha256-of-file.ts';
import { KnownError } from '#shared/errors.ts';
import { sum } from '#shared/metrics/sum.ts';
import { didYouMean } from '#shared/nearest.ts';
import { Progress, type ProgressEntry } from '../terminal/progress.ts';
import { convertSource } from './convert/convert-source.ts';
import { dataFolder } from './data-folder.ts';
import { fetchSource } from './fetch-source.ts';
import { type DataSource, REPOSITORY, sources } from './sources.ts';

export interface PullOptions {
  /** A mirror: a URL, or a folder. */
  readonly from?: string | undefined;
  /** Replace files that are there and are others. */
  readonly force: boolean;
}

/**
 * Fetches data into the data folder and says under which licences it stands. What is there already is not fetched.
 *
 * @param names - of sources; none: all
 * @throws {KnownError} `data-unknown`, `data-differs`, `data-unwritable`, `disk-full`, `download-…`, and as the disk does
 */
export async function pullData(
  names: readonly string[],
  options: PullOptions & { readonly json: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const wanted = chosenSources(names);
  const progress = new Progress(process.stderr, options.json);
  const show = (entry: ProgressEntry) => progress.show(entry);
  await pullSources(wanted, options, env, show).finally(() => progress.clear());
  process.stdout.write(options.json ? jsonLines(wanted, env) : table(wanted, env));
}

function chosenSources(names: readonly string[]): readonly DataSource[] {
  const known = sources.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new KnownError(
      'data-unknown',
      `There is no set ${unknown} to pull.${didYouMean(unknown, known)} Known sets: ${known.join(', ')}.`,
    );
  return names.length === 0 ? sources : sources.filter(({ name }) => names.includes(name));
}

/** As `pullData`, whatever the sources. @param show - is told how far it is */
export async function pullSources(
  wanted: readonly DataSource[],
  { from = REPOSITORY, force }: PullOptions,
  env: NodeJS.ProcessEnv,
  show: (entry: ProgressEntry) => void,
): Promise<void> {
  const folder = dataFolder(env);
  const lacking = await lackingSources(wanted, folder, force);
  if (lacking.length === 0) return;
  const downloads = join(folder, 'downloads');
  await assertRoom({
    folder,
    needBytes: sum(lacking.map(({ sizeBytes }) => sizeBytes)),
    what: `the data (${lacking.map(({ name }) => name).join(', ')})`,
    advice: 'set ONESHOT_DATA to a folder of another disk',
  });
  for (const path of [downloads, ...lacking.map(({ file }) => dirname(join(folder, file)))])
    makeFolder(path, { code: 'data-unwritable', advice: 'set ONESHOT_DATA to another' });
  for (const source of lacking) {
    const { name, sizeBytes } = source;
    const onProgress = (bytes: number) =>
      show({
        phase: `pulling ${name}`,
        text: `fetching ${name}: ${kilobytes(bytes)} of ${kilobytes(sizeBytes)} kB`,
        numbers: { bytes, sizeBytes },
      });
    onProgress(0);
    const made = await convertSource(source, await fetchSource(source, { from, downloads, onProgress }));
    await saveStream(once(made), join(folder, source.file));
  }
  await rmdir(downloads).catch(() => {}); // another pull is at work
}

/** Those whose files are not there as they would be made. */
async function lackingSources(
  wanted: readonly DataSource[],
  folder: string,
  force: boolean,
): Promise<readonly DataSource[]> {
  const lacking: DataSource[] = [];
  const others: string[] = [];
  for (const source of wanted) {
    const path = join(folder, source.file);
    const sha256 = await sha256IfThere(path);
    if (sha256 !== source.made.sha256) lacking.push(source);
    if (sha256 !== undefined && sha256 !== source.made.sha256) others.push(path);
  }
  if (force || others.length === 0) return lacking;
  throw new KnownError(
    'data-differs',
    `Other files than would be made are there: ${others.join(', ')}. Replace them with --force, pull other sets by name, ` +
      'or set ONESHOT_DATA to another folder.',
  );
}

async function sha256IfThere(path: string): Promise<string | undefined> {
  try {
    return await sha256OfFile(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw explainDiskError(error, path);
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1000);
}

function jsonLines(pulled: readonly DataSource[], env: NodeJS.ProcessEnv): string {
  const lines = pulled.map(({ name, file, made, licence }) =>
    JSON.stringify({ name, rows: made.rows, licence, file: join(dataFolder(env), file) }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function table(pulled: readonly DataSource[], env: NodeJS.ProcessEnv): string {
  const width = Math.max(...pulled.map(({ name }) => name.length));
  const fileWidth = Math.max(...pulled.map(({ file }) => file.length));
  const lines = pulled.map(({ name, made, file, licence }) =>
    [name.padEnd(width), String(made.rows).padStart(5), file.padEnd(fileWidth), licence].join('  '),
  );
  return `${lines.join('\n')}\n\nIn ${dataFolder(env)}, for your own use: the licences are those of the sources.\n`;
}
