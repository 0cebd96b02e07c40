import type { Metrics } from '#shared/records/runs.ts';
import { keys } from '#shared/storage/keys.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { RunConfig } from '../settings/config.ts';
import { BackgroundTask } from './background-task.ts';
import type { Boundary } from './boundary.ts';
import {
  type CommitPorts,
  commitCheckpoint,
  discardDraft,
  draftEngineState,
  type StoredState,
  storeEngineState,
} from './checkpoint.ts';
import type { Claim } from './claim.ts';
import type { Progress } from './progress.ts';
import { deleteOldState } from './retention.ts';

export interface ChainSettings {
  readonly config: RunConfig;
  readonly claim: Claim;
  readonly engine: EngineClient;
  /** Folder of the base model, whose tokenizer goes into every checkpoint. */
  readonly baseFolder: string;
  readonly ports: CommitPorts;
  /** Told of every step that is done and every checkpoint that is committed. */
  readonly progress: Progress;
  readonly onCommitted: (step: number) => void;
}

/**
 * The checkpoints that one engine of a run makes, each the child of the one before. The engine writes its state at
 * once; storing and committing it goes on behind the steps that follow, one checkpoint at a time.
 */
export class CheckpointChain {
  readonly #settings: ChainSettings;
  readonly #storing = new BackgroundTask();
  /** Key of the newest checkpoint that is committed or on its way; `null` before the first. */
  #parent: string | null;
  /** Metrics of the steps since then. */
  #steps: Boundary['steps'];

  constructor(settings: ChainSettings) {
    this.#settings = settings;
    ({ checkpoint: this.#parent, steps: this.#steps } = settings.progress.boundary);
  }

  /** The first checkpoint of a run that has none: the untouched base, or what it forks from. */
  async begin(step: number): Promise<void> {
    if (this.#parent !== null) return;
    if (step > 0) return this.save(step);
    await this.#commit(0, async () => ({ model: this.#settings.config.model, state: {} }));
  }

  /** A step is done: the next checkpoint says what it was like. */
  add(step: number, metrics: Metrics): void {
    this.#steps = [...this.#steps, { step, metrics }];
  }

  /** Whether the run has a checkpoint after this step. */
  due(step: number): boolean {
    const { checkpointEvery, steps } = this.#settings.config;
    return step % checkpointEvery === 0 || step === steps;
  }

  /** Has the engine write what it holds, and stores it behind the steps that follow. @throws what the one before failed with */
  async save(step: number): Promise<void> {
    const { engine, baseFolder, claim, ports } = this.#settings;
    const draft = await draftEngineState(engine, baseFolder, ports);
    try {
      await this.#commit(step, () => storeEngineState(draft, claim.run, ports));
    } catch (error) {
      await discardDraft(draft); // the checkpoint before could not be stored, so this one never is
      throw error;
    }
  }

  /** Fails as soon as it is known that the checkpoint at hand cannot be stored. @throws what it failed with */
  check(): void {
    this.#storing.check();
  }

  /** Does the work, then waits for the checkpoint at hand. @throws what failed first */
  async settleAfter(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#storing.end().catch(() => {}); // the first failure is the one to tell
      throw error;
    }
    await this.#storing.end();
  }

  #commit(step: number, store: () => Promise<StoredState>): Promise<void> {
    const { config, claim, ports, progress, onCommitted } = this.#settings;
    const content = { step, parent: this.#parent, steps: this.#steps, evaluation: config.evaluation };
    this.#parent = keys.checkpoint({ ...claim, step });
    this.#steps = [];
    return this.#storing.start(async () => {
      const key = await commitCheckpoint(claim, await store(), content, ports);
      progress.toCheckpoint(step, key);
      onCommitted(step);
      // One name for all checkpoints, before anything is tried again: what was old for an earlier one may be new by now.
      await ports.sideWork.do('old state', 0, () => deleteOldState(ports.store, claim, key));
      await ports.sideWork.catchUp();
    });
  }
}
