import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk, removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { download, sha256Checksum } from '#shared/adapters/download/download.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import type { DataSource } from './sources.ts';

const ADVICE =
  'Or name a mirror, a URL or a folder that holds the paths of the repository, with "oneshot data pull --from".';

export interface Fetching {
  /** A URL, or a folder. */
  readonly from: string;
  /** Folder of what is being downloaded. */
  readonly downloads: string;
  readonly onProgress: (bytes: number) => void;
}

/**
 * The bytes of a published file, their sha256 checked.
 *
 * @throws {KnownError} `download-…`, and as the disk does
 */
export async function fetchSource(
  { path, sha256, sizeBytes }: DataSource,
  { from, downloads, onProgress }: Fetching,
): Promise<Uint8Array> {
  if (!isUrl(from)) return readSource(join(from, path), sha256);
  const file = join(downloads, sha256);
  const checksum = sha256Checksum(sha256);
  const url = `${from.replace(/\/+$/, '')}/${path}`;
  await download({ url, path: file, checksum, maxBytes: sizeBytes, advice: ADVICE, onProgress });
  const bytes = await explainingDisk(file, () => readFile(file));
  await removeLeftover(file);
  return bytes;
}

export function isUrl(from: string): boolean {
  return /^https?:\/\//i.test(from);
}

async function readSource(file: string, sha256: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const message = `${file} cannot be read (${messageOf(cause)}). ${ADVICE}`;
    throw new KnownError('download-missing', message, { cause });
  });
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
  throw new KnownError(
    'download-damaged',
    `${file} has another checksum than ${sha256}: it is damaged, or another version. ${ADVICE}`,
  );
}
