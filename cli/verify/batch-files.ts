import { once } from 'node:events';
import { createReadStream, createWriteStream, fstatSync, type Stats, statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { diskFull, isCode } from '#shared/adapters/disk/explain-disk-error.ts';
import { KnownError, messageOf } from '#shared/errors.ts';

/** Names standard input. */
const STDIN = '-';

export interface BatchSource {
  readonly blocks: AsyncIterable<Uint8Array>;
  /** How much was read, 0 to 1; `undefined` where the end is not known, as of a pipe. */
  share(): number | undefined;
  close(): void;
}

/** Opens the input of a batch. @throws {KnownError} `input-unreadable` */
export async function openSource(path: string): Promise<BatchSource> {
  const { stdin } = process;
  if (path === STDIN) return { blocks: stdin, share: () => undefined, close: () => stdin.destroy() };
  try {
    const stream = createReadStream(path);
    await once(stream, 'open');
    const stat = statSync(path);
    if (stat.isDirectory()) throw new Error('it is a folder');
    const share = () =>
      stat.isFile() && stat.size > 0 ? Math.min(1, stream.bytesRead / stat.size) : undefined;
    return { blocks: stream, share, close: () => stream.destroy() };
  } catch (cause) {
    throw new KnownError(
      'input-unreadable',
      `${path} cannot be read (${messageOf(cause)}). Name a file of JSON lines, or - for standard input.`,
      { cause },
    );
  }
}

export interface BatchSink {
  /** Resolves once the text is taken, so that a slow reader slows the work down. */
  write(text: string): Promise<void>;
  /** Resolves once everything is written. */
  end(): Promise<void>;
}

/**
 * Opens the output of a batch, standard output without a path.
 *
 * @throws {KnownError} `output-unwritable`; a later write throws `disk-full`, or what else the system says
 */
export async function openSink(path: string | undefined, input: string): Promise<BatchSink> {
  if (path === undefined) return sinkOf(process.stdout, 'standard output', () => Promise.resolve());
  if (isSameFile(path, input)) throw unwritable(path, 'it is the input');
  const stream = createWriteStream(path);
  await once(stream, 'open').catch((cause: unknown) => {
    throw unwritable(path, messageOf(cause), { cause });
  });
  return sinkOf(stream, path, async () => {
    stream.end();
    await once(stream, 'close');
  });
}

/** Whether writing `path` would cut off what is still to be read, by whatever names. */
function isSameFile(path: string, input: string): boolean {
  const there: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  const source = input === STDIN ? fstatSync(0) : statSync(input);
  return there?.isFile() === true && there.dev === source.dev && there.ino === source.ino;
}

function sinkOf(stream: Writable, name: string, end: () => Promise<void>): BatchSink {
  stream.on('error', () => {}); // the write that failed tells of it
  const write = (text: string) =>
    new Promise<void>((done, fail) => {
      stream.write(text, (error) => (error ? fail(explain(error, name)) : done()));
    });
  return { write, end };
}

function explain(error: Error, name: string): unknown {
  return isCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG') ? diskFull(name, error) : error;
}

function unwritable(path: string, why: string, options?: ErrorOptions): KnownError {
  return new KnownError(
    'output-unwritable',
    `${path} cannot be written (${why}). Name another file with --out.`,
    options,
  );
}
