/**
 * `oneshot rm` and `oneshot gc`. `removals.ts` takes away what has a name (`rm.ts` asks first); `collect.ts` frees what
 * nothing names any more: `named-objects.ts` marks, `find-garbage.ts` compares, `left-files.ts` looks beside the store.
 * A home only: in a deployment nobody has the right to delete. Imports `terminal/`.
 */
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { collect } from './collect.ts';
import { tellCollected } from './tell-collected.ts';

export interface GcOptions {
  readonly home: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly models: boolean;
  /** Hours within which what was stored stays. */
  readonly grace: number;
}

const HOUR_MS = 3_600_000;

/** Frees what nothing in a home names any more, and says how much. */
export async function gc({ home, json, dryRun, models, grace }: GcOptions): Promise<void> {
  const workspace = openWorkspace(home);
  const beforeMs = Date.now() - grace * HOUR_MS;
  const collected = await collect(workspace, { dryRun, models, beforeMs });
  workspace.close();
  tellCollected(collected, { json, dryRun });
}
