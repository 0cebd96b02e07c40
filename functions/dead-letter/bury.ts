/**
 * Ends the work of messages that failed on every delivery, so that no round waits for ever. `bury.ts` fails shards,
 * `bury-plan.ts` refuses rounds that were never planned.
 */
import { hasCode } from '#shared/errors.ts';
import { type GenerateShard, type Message, RoundManifest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { keys } from '#shared/storage/keys.ts';
import { readObject } from '#shared/storage/read-object.ts';
import { failShard } from '../round/fail-shard.ts';
import { buryPlan } from './bury-plan.ts';
import type { BuryPorts } from './bury-ports.ts';

/**
 * Turns a message that no worker managed to handle into a recorded failure, so that its round ends: a dead plan is
 * refused, a dead shard gets the failure outcome unless it has an outcome. A dead generate message whose
 * completions are complete only lost its VerifyShard, which is sent again.
 */
export async function bury(message: Message, ports: BuryPorts): Promise<void> {
  switch (message.type) {
    case 'checkpoint-committed':
    case 'evaluation-requested':
      return buryPlan(message, ports);
    case 'generate-shard':
      if (await isComplete(message, ports.store)) return ports.send({ ...message, type: 'verify-shard' });
      return failShard(message, 'generate-dead', ports.store);
    case 'verify-shard':
      return failShard(message, 'verify-dead', ports.store);
    default:
      return message satisfies never;
  }
}

async function isComplete(message: GenerateShard, store: ObjectStore): Promise<boolean> {
  const manifest = await readObject(store, keys.roundManifest(message), RoundManifest);
  const items = manifest.shards[message.shard]?.items ?? [];
  try {
    return missingItems(items, await readParts(store, manifest.generation, message.shard)).length === 0;
  } catch (error) {
    // A damaged part is why the message died, and must not keep its round from ending.
    if (hasCode(error, 'part-invalid')) return false;
    throw error;
  }
}
