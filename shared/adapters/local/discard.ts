/**
 * How a home gives up what it holds: for housekeeping alone, beside the port, whose `delete` keeps all but `pending/` and
 * `state/` from everybody who trains and evaluates. What goes is renamed out of the store first, so that it is there or
 * not, and looked at again where nobody finds it any more: whoever has put it anew meanwhile keeps it
 * (docs/decisions/0017-what-gc-may-take.md).
 */
import { linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkKey } from '../../storage/check-key.ts';
import { draftName, hasDeadWriter } from '../disk/drafts.ts';
import { explainDiskError, isCode } from '../disk/explain-disk-error.ts';
import { PRIVATE_FOLDER } from './private-home.ts';

/** Beside the store's objects, in the same file system; a dot keeps it out of listings. */
const BIN = '.discarded';

/** Takes objects out of the store of a home. */
export class Discards {
  readonly #store: string;

  constructor(home: string) {
    this.#store = join(home, 'store');
  }

  /**
   * Takes an object unless it was put after `beforeMs`, milliseconds since 1970.
   *
   * @returns whether it is gone
   * @throws {KnownError} as `explainDiskError` says
   */
  object(key: string, beforeMs: number): boolean {
    const path = join(this.#store, checkKey(key));
    const taken = this.#take(path);
    if (taken === undefined) return false;
    if (statSync(taken).mtimeMs < beforeMs) {
      rmSync(taken, { force: true });
      return true;
    }
    this.#giveBack(taken, path);
    return false;
  }

  /**
   * Takes the folder of all keys that start with `prefix`, which ends with a slash, at once.
   *
   * @param unlessRenewed - nothing is taken where this object of the folder was put after that time
   * @returns whether it is gone
   */
  async folder(
    prefix: string,
    unlessRenewed?: { readonly key: string; readonly beforeMs: number },
  ): Promise<boolean> {
    const path = join(this.#store, checkKey(prefix.slice(0, -1)));
    const taken = this.#take(path);
    if (taken === undefined) return false;
    if (unlessRenewed) {
      const witness = statSync(join(taken, unlessRenewed.key.slice(prefix.length)), {
        throwIfNoEntry: false,
      });
      if (witness && witness.mtimeMs >= unlessRenewed.beforeMs && restored(taken, path)) return false;
    }
    await rm(taken, { recursive: true, force: true });
    return true;
  }

  /** Removes what a housekeeper has left that was killed; what another one is at work on stays its own. */
  async empty(): Promise<void> {
    const bin = join(this.#store, BIN);
    for (const name of await readdir(bin).catch(() => []))
      if (hasDeadWriter(name)) await rm(join(bin, name), { recursive: true, force: true });
  }

  /** @returns where it lies now; `undefined` where there is none */
  #take(path: string): string | undefined {
    const bin = join(this.#store, BIN);
    try {
      if (!statSync(path, { throwIfNoEntry: false })) return undefined;
      mkdirSync(bin, { recursive: true, mode: PRIVATE_FOLDER });
      const taken = join(bin, draftName());
      renameSync(path, taken);
      return taken;
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined; // somebody else took it
      throw explainDiskError(error, path);
    }
  }

  /** Whoever has put the object meanwhile has put the same bytes: its key says which. */
  #giveBack(taken: string, path: string): void {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
      linkSync(taken, path);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw explainDiskError(error, path);
    }
    rmSync(taken, { force: true });
  }
}

/** Whether a folder could be put back; not where another one lies there by now. */
function restored(taken: string, path: string): boolean {
  try {
    renameSync(taken, path);
    return true;
  } catch {
    return false;
  }
}
