/**
 * The cache that tools of the hub share: `models--org--name/` holds bytes in `blobs/{etag}`, a commit's files as links to
 * them in `snapshots/{commit}/`, and in `refs/{revision}` the commit that a branch or tag stood for.
 *
 * @see https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { draftName, hasDeadWriter } from '../disk/drafts.ts';
import { removeLeftover } from '../disk/explain-disk-error.ts';
import { saveStream } from '../disk/save-stream.ts';
import { makeFolder } from '../local/make-folder.ts';
import { policyFiles } from '../local/model-folder.ts';
import { isCommit } from './hub-files.ts';
import type { HubName } from './hub-refusal.ts';

/** After the name of a link that is being made. */
const LINK = '.link';
const FAULT = { code: 'hub-cache-unwritable', advice: 'set HF_HUB_CACHE to another' } as const;

export class HubCache {
  readonly #folder: string;
  readonly blobs: string;

  constructor(cache: string, model: string) {
    this.#folder = join(cache, `models--${model.replace('/', '--')}`);
    this.blobs = join(this.#folder, 'blobs');
  }

  /**
   * Makes the folders that a fetch fills, and removes what killed ones left of links.
   *
   * @throws {KnownError} `hub-cache-unwritable`, `disk-full`
   */
  async prepare(commit: string): Promise<void> {
    for (const folder of [this.blobs, this.snapshot(commit), join(this.#folder, 'refs')])
      makeFolder(folder, FAULT);
    for (const name of await readdir(this.blobs))
      if (name.endsWith(LINK) && hasDeadWriter(name)) await removeLeftover(join(this.blobs, name));
  }

  snapshot(commit: string): string {
    return join(this.#folder, 'snapshots', commit);
  }

  /** The commit that a revision stood for when it was last fetched. */
  async commitOf({ revision }: HubName): Promise<string | undefined> {
    if (isCommit(revision)) return revision;
    const text = await readFile(join(this.#folder, 'refs', revision), 'utf8').catch(() => '');
    return isCommit(text.trim()) ? text.trim() : undefined;
  }

  /** Remembers it for when the hub cannot be asked. */
  async remember(name: HubName, commit: string): Promise<void> {
    if ((await this.commitOf(name)) === commit) return;
    const path = join(this.#folder, 'refs', name.revision);
    makeFolder(dirname(path), FAULT); // `refs/pr/1` is a revision as well
    await saveStream(oneChunk(commit), path);
  }

  /** Whether the folder of a commit holds a whole policy. */
  async isWhole(commit: string): Promise<boolean> {
    return policyFiles(this.snapshot(commit)).then(
      () => true,
      () => false,
    );
  }

  /** Whether the bytes of a file are there. */
  async hasBlob({
    etag,
    sizeBytes,
  }: {
    readonly etag: string;
    readonly sizeBytes: number;
  }): Promise<boolean> {
    return stat(join(this.blobs, etag)).then(
      (stats) => stats.size === sizeBytes,
      () => false,
    );
  }

  /** Lets a file of a commit be the bytes of a blob. */
  async link(commit: string, path: string, etag: string): Promise<void> {
    const at = join(this.snapshot(commit), path);
    makeFolder(dirname(at), FAULT);
    const draft = join(this.blobs, `${draftName()}${LINK}`);
    try {
      await symlink(relative(dirname(at), join(this.blobs, etag)), draft);
      await rename(draft, at);
    } finally {
      await rm(draft, { force: true });
    }
  }
}

async function* oneChunk(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}
