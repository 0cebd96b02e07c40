import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { hasCode, KnownError } from '../../errors.ts';
import { askHub, type HubLine } from './ask-hub.ts';
import { type HubName, hubRefusal } from './hub-refusal.ts';

/** A commit of a model, and what its page says of its licence. */
export interface HubCommit {
  readonly commit: string;
  readonly licence: string | undefined;
}

/** A file of a commit. Its bytes are known by the digest that also names them in the cache. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** sha256 of the bytes where the hub keeps them as a large file, else git's sha1 of them as a blob. */
  readonly etag: string;
}

/** What becomes a name in the cache leads out of no folder. */
const Commit = z.string().regex(/^[0-9a-f]{40}$/);
const Info = z.object({
  sha: Commit,
  cardData: z
    .object({ license: z.string().optional().catch(undefined) })
    .nullish()
    .catch(undefined),
});
const Entry = z.object({
  path: z.string(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  size: z.number().int().nonnegative(),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).nullish(),
});

export function isCommit(revision: string): boolean {
  return Commit.safeParse(revision).success;
}

/**
 * The commit that a branch, tag or commit of a model stands for.
 *
 * @throws {KnownError} `hub-model-unknown`, `hub-revision-unknown`, `hub-model-gated`, `hub-answer-invalid`, `hub-unavailable`
 */
export async function findCommit(line: HubLine, name: HubName): Promise<HubCommit> {
  const info = await infoOf(line, name).catch(async (error: unknown) => {
    // A mirror may say no more than 404: of the model, or of its revision?
    if (!hasCode(error, 'hub-model-unknown') || name.revision === 'main') throw error;
    await infoOf(line, { ...name, revision: 'main' });
    throw hubRefusal({ status: 404, errorCode: 'RevisionNotFound' }, name, line);
  });
  return { commit: info.sha, licence: info.cardData?.license };
}

function infoOf(line: HubLine, name: HubName): Promise<z.infer<typeof Info>> {
  return readingHub(line, async () =>
    Info.parse(
      await modelInfo({
        name: name.model,
        revision: name.revision,
        additionalFields: ['sha', 'cardData'],
        hubUrl: line.endpoint,
        fetch: askHub(line, name),
      }),
    ),
  );
}

/** All files of a commit. @throws {KnownError} as `findCommit` does */
export function listCommit(line: HubLine, { model }: HubName, commit: string): Promise<readonly HubFile[]> {
  return readingHub(line, async () => {
    const files: HubFile[] = [];
    const asked = { recursive: true, revision: commit, hubUrl: line.endpoint };
    const fetch = askHub(line, { model, revision: commit });
    for await (const entry of listFiles({ repo: { type: 'model', name: model }, ...asked, fetch })) {
      if (entry.type !== 'file') continue;
      const { path, oid, size, lfs } = Entry.parse(entry);
      files.push({ path, sizeBytes: lfs?.size ?? size, etag: lfs?.oid ?? oid });
    }
    return files;
  });
}

/** What is neither refused nor a hub's JSON comes from something else. */
async function readingHub<T>({ endpoint }: HubLine, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof KnownError) throw cause;
    throw new KnownError(
      'hub-answer-invalid',
      `${endpoint} does not answer as a hub does. Set HF_ENDPOINT to a hub, or leave it away for huggingface.co.`,
      { cause },
    );
  }
}
