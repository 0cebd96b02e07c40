/** The HTTP statuses with which the API, or a server before it, answers what a client can cause or mend. */
export type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 409
  | 413
  | 415
  | 417
  | 421
  | 422
  | 429
  | 431
  | 501
  | 503
  | 507;

/** What a program does that meets the code, besides telling it. */
export type CodeRole =
  /** The words of the command line are wrong: it ends with exit code 2. */
  | 'usage'
  /** Planning refuses the round, which ends it. */
  | 'refusal'
  /** The model cannot be computed: generating ends the shard with this reason. */
  | 'unfit-model'
  /** The local workers stop: every message would fail, and use up its deliveries. */
  | 'unusable-store'
  /** Stored bytes are gone or are not those that were stored; others of the same kind may be whole. */
  | 'damage'
  /** A service does not answer at the moment: the driver ends so that it is started again. */
  | 'outage'
  /** The engine is gone or stands still: the driver goes on with another one. */
  | 'engine-loss'
  /** A new server, or the same one a moment later, may mend it: a worker that manages its server begins the batch anew. */
  | 'server-loss'
  /** A training run that samples from a server hands it the weights again. */
  | 'server-fault';

/** All that hangs on a stable code of an error. */
export interface CodeFacts {
  /** What happened, as a sentence. */
  readonly means: string;
  /** The next thing to do, as a sentence. */
  readonly advice: string;
  /** Whether asking again ends in the same way as long as nobody changes anything; otherwise it may pass by itself. */
  readonly final: boolean;
  /** What the HTTP API answers; without one it is a fault of ours, 500, which is told to the log alone. */
  readonly status?: ErrorStatus;
  readonly roles?: readonly CodeRole[];
}

export type CodeTable = Readonly<Record<string, CodeFacts>>;
