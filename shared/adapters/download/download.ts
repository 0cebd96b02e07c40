/**
 * A file over HTTP, there whole and right or not at all. What comes is written to a part beside the file
 * (`part-file.ts`); what breaks off, or is killed, is gone on with by `Range`, as long as the server has the same
 * version still (`If-Range`). `open-answer.ts` asks and follows redirects.
 */
import { createHash, type Hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors.ts';
import { type Answer, openAnswer } from './open-answer.ts';
import { PartFile } from './part-file.ts';
import { PassingError } from './passing-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** How often what failed is tried again, and after which pauses. */
export interface Patience {
  /** Failures in a row after which to give up; one that brought bytes begins to count anew. */
  readonly attempts: number;
  /** Each pause is twice as long as the one before. */
  readonly firstPauseMs: number;
  /** The longest pause that a server may ask for. */
  readonly longestPauseMs: number;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

const PATIENCE: Patience = {
  attempts: 5,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};

/** A copy that came out wrong may have been damaged on its way; two that did say that the file is another one. */
const COPIES = 2;

/** What the bytes of a file must hash to. */
export interface Checksum {
  /** Begins the hash. */
  readonly newHash: () => Hash;
  /** In hexadecimal digits. */
  readonly digest: string;
}

export function sha256Checksum(digest: string): Checksum {
  return { newHash: () => createHash('sha256'), digest };
}

export interface Download {
  readonly url: string;
  /** The file to make; its folder must be there. */
  readonly path: string;
  readonly checksum: Checksum;
  /** A longer file is refused before it fills the disk. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What else to do where the file cannot be had, as a sentence. */
  readonly advice: string;
  /** @param totalBytes - `undefined` where the server does not say */
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
}

/** The server answered, and with no file. */
export class DownloadRefusedError extends KnownError {
  override name = 'DownloadRefusedError';
  readonly status: number;

  constructor(code: 'download-missing' | 'download-refused', status: number, message: string) {
    super(code, message);
    this.status = status;
  }
}

/**
 * Fetches a file. Fetching it again after a failure, or after the process was killed, goes on where it stopped.
 *
 * @throws {KnownError} `download-failed`, `download-busy`, `download-damaged`, `download-missing`, `download-refused`,
 *   `download-too-large`, and as the disk does; an `AbortError` or the signal's reason once that is aborted
 */
export async function download(request: Download): Promise<void> {
  const { path, checksum, url } = request;
  const part = await PartFile.open(path, checksum.newHash);
  try {
    for (let copies = 0; copies < COPIES; copies++) {
      if (part.digest() !== checksum.digest) await complete(part, request);
      if (part.digest() === checksum.digest) return await part.finish();
      await part.restart(undefined);
    }
    throw new KnownError(
      'download-damaged',
      `What ${url} sends has another checksum than ${checksum.digest}, ${COPIES} times. ` +
        `It was damaged on its way, or is another file. ${request.advice}`,
    );
  } catch (error) {
    await part.release();
    throw error;
  }
}

/** Brings the part to its end, by as many requests as it takes. */
async function complete(part: PartFile, request: Download): Promise<void> {
  const { patience = PATIENCE, signal } = request;
  let [failures, most] = [0, part.sizeBytes];
  for (;;) {
    try {
      return await goOn(part, request);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PassingError)) throw error;
      failures = part.sizeBytes > most ? 1 : failures + 1;
      most = Math.max(most, part.sizeBytes);
      await patience.sleep(pauseAfter(error, failures, request, patience), signal);
    }
  }
}

/** One request for what the part lacks. */
async function goOn(part: PartFile, request: Download): Promise<void> {
  const { url, headers, signal, maxBytes, onProgress } = request;
  const range =
    part.sizeBytes > 0 && part.etag !== undefined
      ? { range: `bytes=${part.sizeBytes}-`, 'if-range': part.etag }
      : undefined;
  const asked = { ...headers, 'accept-encoding': 'identity', ...range };
  const answer = await openAnswer({ url, headers: asked, signal });
  try {
    if (!continues(answer, part)) {
      refuseFailure(answer, request);
      await part.restart(answer.headers.etag);
      // A range that does not fit what is there: the next request asks for the whole file.
      if (answer.status !== 200) throw new PassingError(`${url} sends another part than was asked for`, 0);
    }
    const total = totalBytes(answer, part.sizeBytes);
    onProgress?.(part.sizeBytes, total);
    for await (const bytes of answer.body) {
      if (part.sizeBytes + bytes.length > maxBytes) {
        await part.restart(undefined);
        throw tooLarge(request);
      }
      await part.append(bytes);
      onProgress?.(part.sizeBytes, total);
    }
  } finally {
    answer.close();
  }
}

/** Whether the body goes on where the part ends. */
function continues({ status, headers }: Answer, part: PartFile): boolean {
  if (status !== 206) return false;
  const from = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
  return Number(from) === part.sizeBytes && (headers.etag ?? part.etag) === part.etag;
}

/** @throws unless the answer is a file, or a part of it */
function refuseFailure({ status, headers }: Answer, { url, advice }: Download): void {
  if ([200, 206, 416].includes(status)) return;
  const said = `${url} answers with ${status}`;
  if (status === 404 || status === 410)
    throw new DownloadRefusedError('download-missing', status, `${said}: there is no such file. ${advice}`);
  if (status === 408 || status === 429 || status >= 500)
    throw new PassingError(said, retryAfterMs(headers['retry-after'], Date.now()));
  throw new DownloadRefusedError('download-refused', status, `${said}. ${advice}`);
}

function totalBytes({ headers }: Answer, before: number): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : before + Number(length);
}

/** @throws {KnownError} where there is to be no other attempt */
function pauseAfter(
  error: PassingError,
  failures: number,
  { url, advice }: Download,
  { attempts, firstPauseMs, longestPauseMs }: Patience,
): number {
  const { message, pauseMs } = error;
  if (pauseMs !== undefined && pauseMs > longestPauseMs)
    throw new KnownError(
      'download-busy',
      `${message} and asks to wait ${Math.ceil(pauseMs / 1000)} s. Run the same command again after that. ${advice}`,
      { cause: error },
    );
  if (failures >= attempts)
    throw new KnownError(
      'download-failed',
      `${url} cannot be fetched: ${message}, ${attempts} times in a row. Run the same command again: it goes on ` +
        `where it stopped. ${advice}`,
      { cause: error },
    );
  return pauseMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
}

function tooLarge({ url, maxBytes, advice }: Download): KnownError {
  return new KnownError(
    'download-too-large',
    `${url} sends more than ${maxBytes} bytes, which is more than the file has. ${advice}`,
  );
}
