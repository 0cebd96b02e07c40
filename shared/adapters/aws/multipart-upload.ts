import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../in-parallel.ts';
import { statusOf } from './is-transient.ts';
import { type RetryPolicy, retrying } from './retry-policy.ts';
import { isTaken, isUploadGone } from './s3-answers.ts';

/** What S3 takes for one object. */
const MOST_PARTS = 10_000;
/** Parts in memory at the same time. */
const LANES = 3;
/** How often an upload that another request collided with starts again. */
const MOST_UPLOADS = 3;

export interface MultipartUpload {
  readonly client: S3Client;
  readonly target: { readonly Bucket: string; readonly Key: string };
  readonly metadata: Readonly<Record<string, string>>;
  readonly file: FileHandle;
  readonly sizeBytes: number;
  /** At least 5 MiB, which S3 demands of all parts but the last. Larger where the file needs it. */
  readonly partBytes: number;
  /** Whether the object that has the key now was made by this upload. */
  readonly isOurs: () => Promise<boolean>;
  readonly retries: RetryPolicy;
}

/** Puts a file in parts, each with its sha256, as an object that appears whole or not at all. */
export async function multipartUpload(upload: MultipartUpload): Promise<'created' | 'exists'> {
  for (let uploads = 1; ; uploads++) {
    try {
      return await uploadOnce(upload);
    } catch (error) {
      // S3 asks for all parts again where a conditional request or a deletion of the same key came in between.
      const mayRestart = statusOf(error) === 409 || isUploadGone(error);
      if (!mayRestart || uploads === MOST_UPLOADS) throw error;
    }
  }
}

async function uploadOnce(upload: MultipartUpload): Promise<'created' | 'exists'> {
  const { client, target, metadata, retries } = upload;
  const create = { ...target, Metadata: metadata, ChecksumAlgorithm: 'SHA256' } as const;
  const { UploadId } = await retrying(() => client.send(new CreateMultipartUploadCommand(create)), retries);
  try {
    const parts = await uploadParts(upload, UploadId);
    return await complete(upload, UploadId, parts);
  } finally {
    // Parts of an upload that did not complete cost money until they are gone; a completed one is gone already.
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
  }
}

async function uploadParts(upload: MultipartUpload, UploadId: string | undefined): Promise<CompletedPart[]> {
  const partBytes = Math.max(upload.partBytes, Math.ceil(upload.sizeBytes / MOST_PARTS));
  const starts = Array.from({ length: Math.ceil(upload.sizeBytes / partBytes) }, (_, i) => i * partBytes);
  // All of them end before the upload is aborted: a part that arrives later would stay.
  const parts = await inParallel([...starts.entries()], LANES, async ([i, start]) => {
    const body = await readPart(upload, start, Math.min(partBytes, upload.sizeBytes - start));
    return uploadPart(upload, UploadId, i + 1, body);
  });
  return [...parts];
}

async function readPart({ file }: MultipartUpload, start: number, length: number): Promise<Buffer> {
  const part = Buffer.allocUnsafe(length);
  for (let read = 0; read < length; ) {
    const { bytesRead } = await file.read(part, read, length - read, start + read);
    if (bytesRead === 0) throw new Error(`a file ended at byte ${start + read} while it was uploaded`);
    read += bytesRead;
  }
  return part;
}

async function uploadPart(
  { client, target, retries }: MultipartUpload,
  UploadId: string | undefined,
  PartNumber: number,
  Body: Buffer,
): Promise<CompletedPart> {
  const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
  const command = new UploadPartCommand({ ...target, UploadId, PartNumber, Body, ChecksumSHA256 });
  const { ETag } = await retrying(() => client.send(command), retries);
  return { PartNumber, ETag, ChecksumSHA256 };
}

async function complete(
  { client, target, isOurs, retries }: MultipartUpload,
  UploadId: string | undefined,
  Parts: CompletedPart[],
): Promise<'created' | 'exists'> {
  const command = { ...target, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' };
  return retrying(async (earlier) => {
    try {
      await client.send(new CompleteMultipartUploadCommand(command));
      return 'created';
    } catch (error) {
      // An attempt that seemed to fail may have completed the upload, which is gone then.
      if (earlier > 0 && (isTaken(error) || isUploadGone(error)) && (await isOurs())) return 'created';
      if (isTaken(error)) return 'exists';
      throw error;
    }
  }, retries);
}
