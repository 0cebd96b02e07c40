import type { LogEntry } from '#shared/log-entry.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Item } from '#shared/records/evaluations.ts';
import type { Note } from '#shared/records/notes.ts';
import type { Capacity } from '../admission/admissible.ts';
import type { ComparingPorts } from '../results/evaluations/compare-evaluations.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { BrowserSessions } from './browser-sessions.ts';

/** What the pages stand on. They only read; what changes something is done by the API. */
export interface DashboardPorts extends ComparingPorts {
  /** Who may come in. */
  readonly tokens: TokenSource;
  readonly sessions: BrowserSessions;
  readonly actions: DashboardActions;
  readonly clock: Clock;
  readonly host: {
    /** Version of the package. */
    readonly version: string;
    /** Whether a response may stay open, as server-sent events need. */
    readonly canStream: boolean;
    /** Cost of making tokens with a model of that size, USD; 0 where time is free. */
    readonly costUsd: Capacity['costUsd'];
    /** Messages of each queue that are worked on at a time, at most. */
    readonly concurrency: Readonly<Partial<Record<QueueName, number>>>;
  };
  readonly log: (entry: LogEntry) => void;
}

/** What a reader says against a grader's verdict. */
export type Objection = Pick<Note, 'grader' | 'holds' | 'text'>;

/** What buttons do. */
export interface DashboardActions {
  /** @throws {KnownError} what the API's retry does */
  readonly retry: (evaluation: string) => Promise<unknown>;
  /** @throws {KnownError} what the API's cancel does */
  readonly cancel: (evaluation: string) => Promise<unknown>;
  /** @throws {KnownError} what the API's redrive does */
  readonly redrive: (letter: string) => Promise<unknown>;
  /** @throws {KnownError} what the API's route of notes does */
  readonly note: (evaluation: string, item: Item, objection: Objection) => Promise<unknown>;
  /** @throws {KnownError} what the API's route of notes does */
  readonly withdraw: (evaluation: string, note: string) => Promise<unknown>;
}
