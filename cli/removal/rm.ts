import { createInterface } from 'node:readline/promises';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import { note } from '../terminal/quiet.ts';
import { collect } from './collect.ts';
import { type Named, namedThing, remove } from './removals.ts';
import { tellCollected } from './tell-collected.ts';

export interface RmOptions {
  readonly home: string;
  readonly json: boolean;
  /** Without being asked. */
  readonly yes: boolean;
}

/** As `oneshot gc` keeps by default what was stored lately. */
const GRACE_MS = 24 * 3_600_000;

/**
 * Removes runs, evaluations and models of a home, and frees what nothing names any more with them. All names are looked
 * up before the first goes.
 *
 * @throws {KnownError} `name-unknown`, `in-use`, `confirmation-needed`
 */
export async function rm(names: readonly string[], { home, json, yes }: RmOptions): Promise<void> {
  const workspace = openWorkspace(home);
  const things: Named[] = [];
  for (const name of new Set(names)) things.push(await namedThing(workspace.store, name));
  if (!(yes || (await confirmed(things)))) {
    workspace.close();
    return;
  }
  for (const { kind, name } of things) {
    await remove(workspace, { kind, name });
    process.stdout.write(
      json ? `${JSON.stringify({ event: 'removed', kind, name })}\n` : `Removed ${kind} ${name}\n`,
    );
  }
  const options = { dryRun: false, models: false, beforeMs: Date.now() - GRACE_MS };
  const collected = await collect(workspace, options);
  workspace.close();
  tellCollected(collected, { json, dryRun: false });
  if (!json)
    note(
      'What was stored in the last 24 hours goes with a later `oneshot gc`; `--grace 0` frees it at once.',
    );
}

/** Whether a person says so. @throws {KnownError} `confirmation-needed` where there is none to ask */
async function confirmed(things: readonly Named[]): Promise<boolean> {
  const what = things.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  if (!(process.stdin.isTTY && process.stderr.isTTY)) {
    throw new KnownError('confirmation-needed', `Nobody can be asked whether to remove ${what}. Give --yes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Remove ${what}? It cannot be brought back. [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
