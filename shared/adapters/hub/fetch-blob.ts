import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors.ts';
import { explainDiskError, explainingDisk, removeLeftover } from '../disk/explain-disk-error.ts';
import { draftName, isAbandoned } from '../local/drafts.ts';
import { type HubLine, hubGone, isPassing, tryOnce } from './ask-hub.ts';
import type { HubFile } from './hub-files.ts';
import { type HubName, hubRefusal } from './hub-refusal.ts';

/** What is fetched in part. Python's tools call theirs so as well. */
const INCOMPLETE = '.incomplete';
/** One copy may be damaged on its way; two say that the hub's own is. */
const COPIES = 2;

export interface BlobSource {
  readonly line: HubLine;
  readonly name: HubName;
  readonly commit: string;
  /** Whoever asks has given up. */
  readonly signal: AbortSignal;
}

/**
 * Brings the bytes of a file into the folder of blobs, whole and checked, or not at all. What a process before this one
 * fetched of it is gone on with.
 *
 * @param onBytes - takes how many bytes have come; negative where they were thrown away
 * @throws {KnownError} `hub-file-wrong`, `hub-unavailable`, `hub-model-gated`, `disk-full`, …
 */
export async function fetchBlob(
  source: BlobSource,
  file: HubFile,
  blobs: string,
  onBytes: (count: number) => void,
): Promise<void> {
  const draft = await takeDraft(blobs, file.etag);
  try {
    for (let copies = 0; copies < COPIES; copies++) {
      await fillDraft(source, file, draft, onBytes);
      if ((await explainingDisk(draft, () => etagOf(draft, file))) === file.etag) {
        await explainingDisk(draft, () => rename(draft, join(blobs, file.etag)));
        return;
      }
      onBytes(-(await sizeOf(draft)));
      await rm(draft, { force: true });
    }
  } catch (error) {
    // Left for whoever comes next, this process among them.
    await rename(draft, join(blobs, `${file.etag}${INCOMPLETE}`)).catch(() => {});
    throw error;
  }
  throw new KnownError(
    'hub-file-wrong',
    `${file.path} of ${source.name.model} came ${COPIES} times with another checksum than ${source.line.endpoint} says it ` +
      'has, and was thrown away. Run the command again later; ask whoever runs HF_ENDPOINT where it is set.',
  );
}

/** A draft of this process: the longest that others left behind, else none yet. What else they left goes. */
async function takeDraft(blobs: string, etag: string): Promise<string> {
  const own = join(blobs, `${draftName()}.${etag}${INCOMPLETE}`);
  const left: { readonly path: string; readonly sizeBytes: number }[] = [];
  for (const name of await readdir(blobs)) {
    if (!name.endsWith(`${etag}${INCOMPLETE}`)) continue;
    if (name !== `${etag}${INCOMPLETE}` && !(await isAbandoned(blobs, name))) continue;
    const path = join(blobs, name);
    left.push({ path, sizeBytes: await sizeOf(path) });
  }
  const [longest, ...others] = left.sort((a, b) => b.sizeBytes - a.sizeBytes);
  // Another process may be faster: then it has it, and this one begins anew.
  if (longest) await rename(longest.path, own).catch(() => {});
  for (const { path } of others) await removeLeftover(path);
  return own;
}

/** Fetches what a draft lacks, however often the line breaks, as long as each try brings something. */
async function fillDraft(
  { line, name, commit, signal }: BlobSource,
  file: HubFile,
  draft: string,
  onBytes: (count: number) => void,
): Promise<void> {
  await using handle = await explainingDisk(draft, () => open(draft, 'a'));
  let sizeBytes = (await handle.stat()).size;
  onBytes(sizeBytes);
  const dropAll = async () => {
    await handle.truncate(0);
    onBytes(-sizeBytes);
    sizeBytes = 0;
  };
  if (sizeBytes > file.sizeBytes) await dropAll();
  const url = new URL(
    `${line.endpoint}/${name.model}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`,
  );
  for (let failures = 0; sizeBytes < file.sizeBytes; ) {
    const before = sizeBytes;
    try {
      const range = before > 0 ? { range: `bytes=${before}-` } : {};
      await receive({ line, name, url, range, signal }, async (chunk, isFromStart) => {
        if (isFromStart && sizeBytes > 0) await dropAll();
        await append(handle, chunk, draft);
        sizeBytes += chunk.length;
        onBytes(chunk.length);
      });
      if (sizeBytes < file.sizeBytes)
        throw new Error(`${file.path} ended after ${sizeBytes} of ${file.sizeBytes} bytes`);
    } catch (cause) {
      if (cause instanceof KnownError || signal.aborted) throw cause;
      failures = sizeBytes > before ? 1 : failures + 1;
      const pauseMs = line.pausesMs[failures - 1];
      if (pauseMs === undefined) throw hubGone(line, cause);
      await sleep(pauseMs);
    }
  }
  await explainingDisk(draft, () => handle.sync());
}

interface Request {
  readonly line: HubLine;
  readonly name: HubName;
  readonly url: URL;
  readonly range: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Asks once and hands over what comes.
 *
 * @param onChunk - told with the first chunk that the answer begins at the file's start, though a later part was asked for
 */
async function receive(
  { line, name, url, range, signal }: Request,
  onChunk: (chunk: Uint8Array, isFromStart: boolean) => Promise<void>,
): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(
    () => silence.abort(new Error(`no byte for ${line.silenceMs / 1000} s`)),
    line.silenceMs,
  );
  try {
    // As it is stored: a range of what is compressed on the way means other bytes.
    const headers = { 'accept-encoding': 'identity', ...range };
    const answer = await tryOnce(line, url, { headers, signal: AbortSignal.any([silence.signal, signal]) });
    if (!answer.ok) {
      const errorCode = answer.headers.get('x-error-code');
      await answer.body?.cancel();
      if (isPassing(answer.status) || answer.status === 416) throw new Error(`it answered ${answer.status}`);
      throw hubRefusal({ status: answer.status, errorCode }, name, line);
    }
    let isFromStart = answer.status !== 206;
    for await (const chunk of answer.body ?? []) {
      timer.refresh();
      await onChunk(chunk, isFromStart);
      isFromStart = false;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function append(handle: FileHandle, chunk: Uint8Array, draft: string): Promise<void> {
  try {
    await handle.appendFile(chunk);
  } catch (error) {
    throw explainDiskError(error, draft);
  }
}

/** What the hub would call these bytes. */
async function etagOf(path: string, { etag }: HubFile): Promise<string> {
  const isLarge = etag.length === 64;
  const hash = createHash(isLarge ? 'sha256' : 'sha1');
  if (!isLarge) hash.update(`blob ${(await stat(path)).size}\0`); // git's name of a blob
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array); // no encoding is set
  return hash.digest('hex');
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
