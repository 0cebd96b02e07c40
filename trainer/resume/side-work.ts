import { hasCode } from '#shared/errors.ts';

type Work = () => Promise<unknown>;

/**
 * Work of a run that its steps do not depend on, such as telemetry. A failure is told, once until that kind of work
 * succeeds again, and what failed is tried again later; training goes on.
 */
export class SideWork {
  readonly #onFailure: (kind: string, error: unknown) => void;
  readonly #undone = new Map<string, Map<number, Work>>();
  readonly #failing = new Set<string>();

  constructor(onFailure: (kind: string, error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /**
   * Does work of a kind, in the place of any of the same name that is undone.
   *
   * @throws {KnownError} `superseded`: that is for the run to know
   */
  async do(kind: string, name: number, work: Work): Promise<void> {
    const undone = this.#undone.get(kind) ?? new Map<number, Work>();
    undone.delete(name);
    if (await this.#succeeds(kind, work)) return;
    this.#undone.set(kind, undone.set(name, work));
  }

  /** Tries again what failed; where one of a kind fails again, the others of that kind wait on. @throws as `do` */
  async catchUp(): Promise<void> {
    for (const [kind, undone] of this.#undone) {
      for (const [name, work] of undone) {
        if (!(await this.#succeeds(kind, work))) break;
        undone.delete(name);
      }
    }
  }

  async #succeeds(kind: string, work: Work): Promise<boolean> {
    try {
      await work();
      this.#failing.delete(kind);
      return true;
    } catch (error) {
      if (hasCode(error, 'superseded')) throw error;
      if (!this.#failing.has(kind)) this.#onFailure(kind, error);
      this.#failing.add(kind);
      return false;
    }
  }
}
