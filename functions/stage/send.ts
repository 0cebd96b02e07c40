import type { Message, QueueName } from '#shared/messaging/messages.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** Puts a message on the queue that its type belongs to. */
export type Send = (message: Message) => Promise<void>;

export function sendTo(queues: Readonly<Record<QueueName, Queue>>): Send {
  return (message) => queues[queueOf(message)].send(JSON.stringify(message));
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
