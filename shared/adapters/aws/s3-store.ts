/**
 * `s3-store.ts` keeps the contract, `multipart-upload.ts` sends large files, `resumed-stream.ts` reads bodies and `../disk/save-ranges.ts` files,
 * `list-page.ts` puts listings in order, `s3-answers.ts` knows the refusals that are answers. `retry-policy.ts` says
 * how often and `is-transient.ts` what is tried again; `explain-aws-error.ts` turns the rest into advice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { KnownError } from '../../errors.ts';
import type { ByteRange, ListOptions, ObjectFacts, ObjectStore } from '../../ports/object-store.ts';
import { checkDeletable } from '../../storage/check-deletable.ts';
import { checkKey } from '../../storage/check-key.ts';
import { saveRanges } from '../disk/save-ranges.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { statusOf } from './is-transient.ts';
import { entriesOf, factsOf, isAfter } from './list-page.ts';
import { multipartUpload } from './multipart-upload.ts';
import { brokenOff, resumedStream } from './resumed-stream.ts';
import { RETRY_POLICY, type RetryPolicy, retrying } from './retry-policy.ts';
import { isBeyondEnd, isMissing, isTaken } from './s3-answers.ts';

/** Larger files are sent in parts of this size. */
export const PART_BYTES = 16 << 20;
/** Names the put that made an object, in the object's metadata and never in its body. */
const WRITER = 'writer';
/** What S3 gives in one page at most. */
const PAGE_ENTRIES = 1000;

export interface S3StoreOptions {
  /** With `maxAttempts: 1`: what the SDK tries again behind this store's back may have taken effect unseen. */
  readonly client: S3Client;
  readonly bucket: string;
  readonly retries?: RetryPolicy;
}

/**
 * A bucket as an object store; each object is created by a conditional request.
 *
 * A put that was answered by an error, or not at all, may have taken effect. It is sent again, and where the key is
 * taken by then the metadata of the object tell whose it is: `created` if this very call made it, `exists`
 * otherwise. So exactly one of many puts answers `created`, unless that one fails to the end of its retries, or the
 * object cannot be looked at (deleted again, or no permission to read), where `exists` is what is certain.
 *
 * @throws {KnownError} from every method: `credentials-missing`, `access-denied`, `bucket-missing`, `region-wrong`,
 *   `endpoint-unreachable`, `service-unavailable`
 */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #retries: RetryPolicy;

  constructor({ client, bucket, retries = RETRY_POLICY }: S3StoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#retries = retries;
  }

  async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    // Whoever owns the body may change it before the last attempt.
    return this.#putOwned(checkKey(key), Uint8Array.from(body));
  }

  async putFile(key: string, path: string): Promise<'created' | 'exists'> {
    checkKey(key);
    await using file = await open(path);
    const { size: sizeBytes } = await file.stat();
    if (sizeBytes <= PART_BYTES) return await this.#putOwned(key, await file.readFile());
    // Looking first costs a request and may save gigabytes.
    if (await this.#attempt(() => this.#head(key))) return 'exists';
    const writer = randomUUID();
    // Awaited here, since the file closes when this returns.
    return await this.#explaining(() =>
      multipartUpload({
        client: this.#client,
        target: { Bucket: this.#bucket, Key: key },
        metadata: { [WRITER]: writer },
        file,
        sizeBytes,
        partBytes: PART_BYTES,
        isOurs: () => this.#isFrom(writer, key),
        retries: this.#retries,
      }),
    );
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    checkKey(key);
    if (range && range.end <= range.start)
      return (await this.#attempt(() => this.#head(key))) ? new Uint8Array() : undefined;
    try {
      return await this.#attempt(async () => {
        const { Body, ContentLength } = await this.#open(key, range);
        const body = await Body.transformToByteArray().catch(brokenOff);
        if (body.length !== ContentLength) brokenOff(`${body.length} of ${ContentLength} bytes came`);
        return body;
      });
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (isBeyondEnd(error)) return new Uint8Array();
      throw error;
    }
  }

  async *stream(key: string): AsyncIterable<Uint8Array> {
    checkKey(key);
    yield* this.#streamRange(key, { start: 0, end: Number.POSITIVE_INFINITY });
  }

  async getFile(key: string, path: string): Promise<void> {
    checkKey(key);
    const found = await this.#attempt(() => this.#head(key));
    if (!found) throw missing(key);
    const stream = (range: ByteRange) => this.#streamRange(key, range);
    await saveRanges({ sizeBytes: found.sizeBytes, stream }, path);
  }

  async list(prefix: string, { startAfter, limit, delimiter }: ListOptions = {}): Promise<readonly string[]> {
    const most = limit ?? Number.POSITIVE_INFINITY;
    const entries: string[] = [];
    const pages = this.#pages(prefix, {
      MaxKeys: Math.min(most, PAGE_ENTRIES),
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
      ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
    });
    for await (const page of pages) {
      const found = entriesOf(page).filter((entry) => entry.startsWith(prefix) && isAfter(entry, startAfter));
      entries.push(...found);
      if (entries.length >= most) break;
    }
    return entries.slice(0, limit);
  }

  async describe(prefix: string): Promise<readonly ObjectFacts[]> {
    const facts: ObjectFacts[] = [];
    for await (const page of this.#pages(prefix, { MaxKeys: PAGE_ENTRIES })) facts.push(...factsOf(page));
    return facts.filter(({ key }) => key.startsWith(prefix));
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: checkKey(checkDeletable(key)) });
    await this.#attempt(() => this.#client.send(command));
  }

  async *#pages(
    prefix: string,
    options: Partial<ListObjectsV2CommandInput>,
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const from = token === undefined ? {} : { ContinuationToken: token };
      const page = await this.#attempt(() =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            // Half of a surrogate pair has no bytes that could be sent.
            Prefix: prefix.replace(/[\ud800-\udbff]$/, ''),
            ...options,
            ...from,
          }),
        ),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async #putOwned(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    const writer = randomUUID();
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      Body: body,
      IfNoneMatch: '*',
      ChecksumSHA256: createHash('sha256').update(body).digest('base64'),
      Metadata: { [WRITER]: writer },
    });
    return this.#attempt(async (earlier) => {
      try {
        await this.#client.send(command);
        return 'created';
      } catch (error) {
        if (!isTaken(error)) throw error;
        return earlier > 0 && (await this.#isFrom(writer, key)) ? 'created' : 'exists';
      }
    });
  }

  /** The bytes of a range, each read where a broken connection left off. */
  async *#streamRange(key: string, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const isWhole = start === 0 && end === Number.POSITIVE_INFINITY;
    const openAt = async (read: number) => {
      const range = isWhole && read === 0 ? undefined : { start: start + read, end };
      const { Body, ContentLength } = await this.#open(key, range);
      // In Node a body is a stream of buffers; the type speaks of browsers as well.
      return { body: Body as AsyncIterable<Uint8Array>, sizeBytes: ContentLength };
    };
    try {
      yield* resumedStream(openAt, this.#retries);
    } catch (error) {
      if (isMissing(error)) throw missing(key);
      throw this.#explained(error);
    }
  }

  /** Whether the object was made by this writer, as far as one may look. */
  async #isFrom(writer: string, key: string): Promise<boolean> {
    try {
      return (await this.#head(key))?.metadata[WRITER] === writer;
    } catch (error) {
      if (statusOf(error) === 403) return false; // it may put and not read
      throw error;
    }
  }

  /** `undefined` where there is no such object. */
  async #head(key: string): Promise<Head | undefined> {
    try {
      const found = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return { metadata: found.Metadata ?? {}, sizeBytes: found.ContentLength ?? 0 };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async #open(key: string, range: ByteRange | undefined): Promise<Opened> {
    const answer = await this.#client.send(
      new GetObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        ...(range ? { Range: rangeHeader(range) } : {}),
      }),
    );
    // Every answer to GET has a body and its length; the type makes them optional for all services alike.
    return answer as Opened;
  }

  #attempt<T>(attempt: (earlier: number) => Promise<T>): Promise<T> {
    return this.#explaining(() => retrying(attempt, this.#retries));
  }

  async #explaining<T>(use: () => Promise<T>): Promise<T> {
    try {
      return await use();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): unknown {
    return explainAwsError(error, `bucket ${this.#bucket}`);
  }
}

interface Head {
  readonly metadata: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

interface Opened {
  readonly Body: NonNullable<GetObjectCommandOutput['Body']>;
  /** Bytes in this body, be it the whole object or a range. */
  readonly ContentLength: number;
}

function missing(key: string): KnownError {
  return new KnownError('object-missing', `The store has no object ${key}.`);
}

/** @see RFC 9110, section 14.1.2: both ends are inclusive */
function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}`;
}
