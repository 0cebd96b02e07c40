/** What becomes of a worker's next step: done or not done, and answered or not. */
export type Fate = 'works' | 'fails before' | 'fails after';

/** One handling of one message, step by step. */
export interface Worker {
  /** Takes the next step. Everything else may happen between two of them. */
  advance(fate: Fate): Promise<'on' | 'done' | 'failed'>;
}

/** What a worker reaches of its queue. */
export interface Outlet<M> {
  send(message: M): void;
  /** For planes that acknowledge too early; a sound one leaves this to the schedule. */
  acknowledge(): void;
  /** Tells the trace; the line is made only if there is one. */
  log(line: () => string): void;
}

/** The state of a round, as far as it is judged. */
export interface RoundView {
  readonly pending: boolean;
  readonly planned: boolean;
  readonly refused: boolean;
  readonly summary: string | undefined;
  /** The summary that belongs to the outcomes that are stored. */
  readonly expected: () => Promise<string | undefined>;
  /** `scored`, or why it failed, by shard. */
  readonly outcomes: ReadonlyMap<number, string>;
  /** Everything that is stored of the round. */
  readonly contents: string;
}

/** An evaluation plane, real or modelled: its store and its stages. */
export interface Plane<M> {
  /** Such as `generate 0 1`: stage, round, shard. */
  nameOf(message: M): string;
  /** Promises a round, as whoever wants it does. @returns the message that asks for it */
  ask(round: number): Promise<M>;
  cancel(round: number): Promise<void>;
  handle(message: M, outlet: Outlet<M>): Worker;
  bury(message: M, outlet: Outlet<M>): Worker;
  sweep(outlet: Outlet<M>): Worker;
  view(round: number): Promise<RoundView>;
  /** What the plane itself saw go wrong. */
  readonly violations: readonly string[];
}
