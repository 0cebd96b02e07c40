import type { Send, SendAll } from '#shared/messaging/send.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';

export interface BuryPorts {
  readonly store: ObjectStore;
  readonly send: Send;
  readonly sendAll: SendAll;
}
