import { Discards } from '#shared/adapters/local/discard.ts';
import type { Workspace } from '#shared/adapters/local/workspace.ts';
import { keys } from '#shared/storage/keys.ts';
import { findGarbage, type Garbage, type GarbageOptions } from './find-garbage.ts';
import { findLeftFiles, type LeftFile, removeLeftFiles } from './left-files.ts';

/** What was, or would be, freed. */
export interface Collected {
  readonly kind: Garbage['kind'] | LeftFile['kind'];
  readonly objects: number;
  readonly sizeBytes: number;
}

/**
 * Frees what nothing in a home names any more. It may run beside drivers, runners and commands: what is put while it
 * looks stays (docs/decisions/0017-what-gc-may-take.md).
 *
 * @returns by kind, those of which there is something
 */
export async function collect(
  { home, store, cache }: Pick<Workspace, 'home' | 'store' | 'cache'>,
  { dryRun, ...options }: GarbageOptions & { readonly dryRun: boolean },
): Promise<readonly Collected[]> {
  const discards = new Discards(home);
  if (!dryRun) await discards.empty();
  const garbage = await findGarbage(store, options);
  const taken = dryRun ? garbage : await discard(garbage, discards, options.beforeMs);
  const files = await findLeftFiles({ home, store, cache }, options.beforeMs);
  if (!dryRun) await removeLeftFiles(files);
  return byKind([...taken, ...files]);
}

/** @returns what is gone: not what somebody has put anew meanwhile */
async function discard(
  garbage: readonly Garbage[],
  discards: Discards,
  beforeMs: number,
): Promise<readonly Garbage[]> {
  const taken: Garbage[] = [];
  const generations = new Map<string, Garbage[]>();
  for (const each of garbage) {
    if (each.kind === 'completions') {
      const generation = each.key.split('/')[1] as string; // of `generations/{gid}/…`
      generations.set(generation, [...(generations.get(generation) ?? []), each]);
    } else if (discards.object(each.key, beforeMs)) taken.push(each);
  }
  // All of it or nothing: whoever plans the same completions again puts the manifest, and counts on the parts.
  for (const [generation, parts] of generations) {
    const witness = { key: keys.generation(generation), beforeMs };
    if (await discards.folder(keys.prefix.generation(generation), witness)) taken.push(...parts);
  }
  return taken;
}

function byKind(taken: readonly (Garbage | LeftFile)[]): readonly Collected[] {
  return [...Map.groupBy(taken, ({ kind }) => kind)].map(([kind, all]) => ({
    kind,
    objects: all.length,
    sizeBytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }));
}
