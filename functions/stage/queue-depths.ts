import type { QueueName } from '#shared/messaging/messages.ts';
import type { Queue, QueueDepth } from '#shared/ports/queue.ts';

/** Of a queue, and what of its dead letters nobody has recorded yet; `null` where they are not known. */
export type DepthWithDead = QueueDepth & { readonly dead: number | null };

/** What lies in each queue. */
export async function queueDepths(
  queues: Readonly<Record<QueueName, Queue>>,
): Promise<Readonly<Record<QueueName, DepthWithDead>>> {
  const [plan, generate, verify] = await Promise.all([
    depthOf(queues.plan),
    depthOf(queues.generate),
    depthOf(queues.verify),
  ]);
  return { plan, generate, verify };
}

async function depthOf(queue: Queue): Promise<DepthWithDead> {
  const dead = await queue.deadLetters?.depth();
  return { ...(await queue.depth()), dead: dead ? dead.waiting + dead.taken : null };
}
