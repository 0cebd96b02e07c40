import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Send } from '../stage/send.ts';

export interface BuryPorts {
  readonly store: ObjectStore;
  readonly send: Send;
}
