import type { Queue } from '#shared/ports/queue.ts';
import type { Stage } from './handle-message.ts';

/** What a stage asks of the host that runs it. */
export interface Host {
  /** Until the host ends this worker; infinite where nobody does. */
  readonly remainingMs: () => number;
}

/** A stage whose ports are connected. */
export interface ConnectedStage extends Stage {
  /** Where its messages come from; none where they come from several queues. */
  readonly queue?: Queue;
}

/** Reads the environment and connects a stage to AWS: once for each Lambda environment or container. */
export type Connect = (env: NodeJS.ProcessEnv, host: Host) => Promise<ConnectedStage>;
