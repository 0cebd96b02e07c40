import type { LogEntry } from '#shared/log-entry.ts';
import type { ComparingPorts } from '../results/evaluations/compare-evaluations.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { BrowserSessions } from './browser-sessions.ts';

/** What the pages stand on. They only read; what changes something is done by the API. */
export interface DashboardPorts extends ComparingPorts {
  /** Who may come in. */
  readonly tokens: TokenSource;
  readonly sessions: BrowserSessions;
  readonly actions: DashboardActions;
  readonly host: {
    /** Version of the package. */
    readonly version: string;
    /** Whether a response may stay open, as server-sent events need. */
    readonly canStream: boolean;
  };
  readonly log: (entry: LogEntry) => void;
}

/** What buttons do. */
export interface DashboardActions {
  /** @throws {KnownError} what the API's retry does */
  readonly retry: (evaluation: string) => Promise<unknown>;
  /** @throws {KnownError} what the API's cancel does */
  readonly cancel: (evaluation: string) => Promise<unknown>;
}
