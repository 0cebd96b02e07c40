import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Checksum, DownloadRefusedError, download, sha256Checksum } from '../download/download.ts';
import { authorization, type HubLine } from './ask-hub.ts';
import type { HubFile } from './hub-files.ts';
import { type HubName, hubRefusal } from './hub-refusal.ts';

export interface BlobSource {
  readonly line: HubLine;
  readonly name: HubName;
  readonly commit: string;
}

/**
 * Brings the bytes of a file into the folder of blobs, whole and checked, or not at all.
 *
 * @param onBytes - takes how many of them are there
 * @throws {KnownError} `hub-model-gated`, and as `download` does
 */
export async function fetchBlob(
  { line, name, commit }: BlobSource,
  file: HubFile,
  blobs: string,
  { onBytes, signal }: { readonly onBytes: (bytes: number) => void; readonly signal: AbortSignal },
): Promise<void> {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  try {
    await download({
      url: `${line.endpoint}/${name.model}/resolve/${commit}/${path}`,
      path: join(blobs, file.etag),
      checksum: checksumOf(file),
      maxBytes: file.sizeBytes,
      headers: authorization(line),
      advice: 'Look at HF_ENDPOINT where it is set.',
      onProgress: onBytes,
      signal,
      ...(line.patience && { patience: line.patience }),
    });
  } catch (error) {
    if (!(error instanceof DownloadRefusedError) || ![401, 403].includes(error.status)) throw error;
    throw hubRefusal({ status: error.status, errorCode: null }, name, line);
  }
}

/** Large files go by their sha256, the others by git's name of a blob. */
function checksumOf({ etag, sizeBytes }: HubFile): Checksum {
  if (etag.length === 64) return sha256Checksum(etag);
  return { newHash: () => createHash('sha1').update(`blob ${sizeBytes}\0`), digest: etag };
}
