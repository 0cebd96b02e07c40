import type { LogEntry } from '#shared/log-entry.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import type { Send } from '#shared/messaging/send.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Capacity } from '../admission/admissible.ts';
import type { BrowserSessions } from '../dashboard/browser-sessions.ts';
import type { ResultsPorts } from '../results/results-ports.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { TextService } from './completions/text-service.ts';
import type { Judges } from './verify/judges.ts';

/** How a benchmark is sampled, and how long its completions usually are. */
export interface BenchmarkProtocol {
  readonly samples: number;
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  readonly expectedTokens: number;
}

/**
 * What the API stands on. It puts requests, pending, cancelled and redriven markers and sends messages; outcomes and summaries
 * belong to the workers.
 */
export interface ApiPorts extends ResultsPorts {
  readonly send: Send;
  readonly clock: Clock;
  /** Who may come in. */
  readonly tokens: TokenSource;
  /** How browsers stay signed in. */
  readonly sessions: BrowserSessions;
  /** @throws {KnownError} `benchmark-unknown` */
  readonly benchmark: (name: string) => BenchmarkProtocol;
  readonly judges: Judges;
  /** Completes texts by stored models; absent where no decoder is beside the API, as on AWS. */
  readonly texts?: TextService | undefined;
  readonly host: ApiHost;
  readonly log: (entry: LogEntry) => void;
}

/** What the host of the workers can do and allows. */
export interface ApiHost {
  /** Version of the package. */
  readonly version: string;
  /** Version of the `onnx` generator; part of an evaluation's identity. */
  readonly generatorVersion: string;
  /** Version of each model server that a request may name. */
  readonly endpoints: Readonly<Record<string, string>>;
  readonly worker: Capacity['worker'];
  readonly costUsd: Capacity['costUsd'];
  /** Most completions of one evaluation. */
  readonly maxCompletions: number;
  /** Messages of each queue that are worked on at a time, at most; absent where nobody has said. */
  readonly concurrency: Readonly<Partial<Record<QueueName, number>>>;
  /** Whether a response may stay open, as server-sent events need. */
  readonly canStream: boolean;
  /** Why what is asked for is not worked on for the moment; nothing about paths or contents, since anybody may see it. */
  readonly trouble: () => string | undefined;
}
