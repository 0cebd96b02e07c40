import type { Message } from '#shared/messaging/messages.ts';
import type { SendAll } from '#shared/messaging/send.ts';
import type { Clock } from '#shared/ports/clock.ts';

/**
 * Sends no shard to be made that was sent a while ago. Plan asks for each open shard as often as somebody asks for its round, which
 * a new runner and the command that starts it both do; a worker would make one that another has in its hands. Queues on this machine
 * lose nothing.
 *
 * @param forMs - after which a shard is sent again
 */
export function holdRepeats(sendAll: SendAll, clock: Clock, forMs: number): SendAll {
  const sentAt = new Map<string, number>();
  return async (messages) => {
    const now = clock.now();
    for (const [name, at] of sentAt) if (now - at >= forMs) sentAt.delete(name);
    const fresh = messages.filter((message) => !sentAt.has(nameOf(message)));
    await sendAll(fresh);
    for (const message of fresh) if (message.type === 'generate-shard') sentAt.set(nameOf(message), now);
  };
}

function nameOf(message: Message): string {
  return JSON.stringify(message);
}
