/** How messages leave: whoever sends one names it by its type, and it goes to the queue of the stage that handles it. */
import type { Message, QueueName } from '../messages.ts';
import { BATCH_LIMIT, type Queue } from '../ports/queue.ts';

type Queues = Readonly<Record<QueueName, Queue>>;

/** Puts a message on the queue that its type belongs to. */
export type Send = (message: Message) => Promise<void>;

/**
 * Puts messages on the queues that their types belong to, ten in a request. Where it throws, any of them may have been
 * sent: send all again, since whoever handles a message twice does no harm.
 */
export type SendAll = (messages: readonly Message[]) => Promise<void>;

export function sendTo(queues: Queues): Send {
  return (message) => queues[queueOf(message)].send(JSON.stringify(message));
}

export function sendAllTo(queues: Queues): SendAll {
  return async (messages) => {
    for (const [name, all] of Map.groupBy(messages, queueOf)) {
      const bodies = all.map((message) => JSON.stringify(message));
      for (let start = 0; start < bodies.length; start += BATCH_LIMIT)
        await queues[name].sendBatch(bodies.slice(start, start + BATCH_LIMIT));
    }
  };
}

function queueOf(message: Message): QueueName {
  switch (message.type) {
    case 'checkpoint-committed':
    case 'evaluation-requested':
      return 'plan';
    case 'generate-shard':
      return 'generate';
    case 'verify-shard':
      return 'verify';
    default:
      return message satisfies never;
  }
}
