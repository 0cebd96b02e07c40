import { MemoryStore } from '../../ports/memory-store.ts';

/** Fails before or after a put, or at a list, as a process does that is killed there. */
export class CrashingStore extends MemoryStore {
  armed = false;
  readonly #crashes: () => boolean;

  constructor(crashes: () => boolean) {
    super();
    this.#crashes = crashes;
  }

  override async putOnce(key: string, body: Uint8Array): Promise<'created' | 'exists'> {
    this.#maybeCrash();
    const result = await super.putOnce(key, body);
    this.#maybeCrash();
    return result;
  }

  override async list(...args: Parameters<MemoryStore['list']>): Promise<readonly string[]> {
    this.#maybeCrash();
    return super.list(...args);
  }

  #maybeCrash(): void {
    if (this.armed && this.#crashes()) throw new Error('killed');
  }
}
