/** Makes completions for prompts that are already tokens. */
export interface Generator {
  /**
   * One result per request, in the order of the requests. A result depends on its own request and the weights
   * alone: not on the other requests, their order, or the number of threads.
   *
   * @param onMade - told after every token of the requests at hand
   */
  generate(
    requests: readonly GenerationRequest[],
    onMade?: (made: Made) => void,
  ): Promise<readonly GenerationResult[]>;
}

/** A generator whose work may be cut at any token and goes on elsewhere: the whole has the bytes of one that was not cut. */
export interface InterruptibleGenerator extends Generator {
  /** Nothing for a request that has no end when the time is over. */
  generateInTurn(
    requests: readonly GenerationRequest[],
    turn: Turn,
    onMade?: (made: Made) => void,
  ): Promise<readonly (GenerationResult | undefined)[]>;
}

/**
 * Hears of every token as it comes, and says whether that completion goes on: one that does not makes room at once, and its
 * result ends with this token as with a stop token.
 *
 * @param index - of the request
 */
export type OnToken = (index: number, token: MadeToken) => boolean;

export interface MadeToken {
  readonly token: number;
  /** As in `GenerationResult`; NaN where the request wants none. */
  readonly logprob: number;
  /** Of the last token. */
  readonly finish?: GenerationResult['finish'];
}

/** What there is so far of some requests. */
export interface Made {
  /** That have ended. */
  readonly completions: number;
  /** Of all of them, those that go on included. */
  readonly tokens: number;
}

/** Which tokens may be drawn. */
export interface Restriction {
  /**
   * Keeps the most probable tokens, down to and including the one that brings their mass to `topP` of what the others leave;
   * equal probabilities are taken in vocabulary order.
   */
  readonly topP: number;
  /** Keeps so many of the most probable tokens, and those that are as probable as the last of them. */
  readonly topK?: number | undefined;
  /** Keeps tokens at least so probable, as a share of the most probable one. */
  readonly minP?: number | undefined;
}

/** How tokens are drawn. */
export interface Sampling extends Restriction {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Of tokens that prompt or completion have already, before all else: see `penaliseRepetition`. */
  readonly repetitionPenalty?: number | undefined;
}

export interface GenerationRequest extends Sampling {
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  /** Any of these ends the completion and is its last token. */
  readonly stop: readonly number[];
  /** Names the uniforms of this completion; see `shared/sampling/philox.ts`. */
  readonly draw: Draw;
  /** Whether the result says them, as it does by default. Greedy completions take less time without. */
  readonly logprobs?: boolean;
  /** Where an earlier call left off, whose time was over. */
  readonly begun?: Begun;
}

/** A completion that has no end yet. */
export interface Begun {
  /** At least one, and none that ends it. */
  readonly tokens: readonly number[];
  /**
   * Keys and values of prompt and tokens, the last excepted, as `Open` gave them. Where there are none, or none of that size,
   * the tokens go through the model again one by one as when they were drawn: together they would give other bits.
   */
  readonly cache?: () => Promise<ArrayBuffer | undefined>;
}

/** What is left of a request whose time was over. */
export interface Open {
  readonly tokens: readonly number[];
  /** A copy of its keys and values for `Begun`; to be taken while it is told. */
  cache(): ArrayBuffer;
}

/** A time limit, and what becomes of what it cuts. */
export interface Turn {
  /**
   * Asked before every run of the model: whether there is time for one.
   *
   * @param heldBytes - of keys and values that `onOpen` could ask for if the time were over
   */
  readonly goesOn: (heldBytes: number) => boolean;
  /** Told at the end of each request that has no end but more tokens than it came with; of several at a time. */
  readonly onOpen: (index: number, open: Open) => Promise<void>;
  /** Told how long each run of the model took: of prompts, or of one more token of each row. */
  readonly onRun: (kind: RunKind, seconds: number) => void;
}

export type RunKind = 'prompts' | 'steps';

export interface Draw {
  /** 0 ≤ seed < 2^53. */
  readonly seed: number;
  readonly sample: number;
  /** Two 32-bit words: row and step in training, 64 bits of the problem id's sha256 in evaluation. */
  readonly row: number;
  readonly step: number;
}

export interface GenerationResult {
  /** The stop token, where there is one, is the last. */
  readonly tokens: readonly number[];
  /**
   * Natural logarithm of each token's probability at the request's temperature and with its penalty, before any is left out; of
   * those that the request began with there are none, and of none where it wants none.
   */
  readonly logprobs: readonly number[];
  readonly finish: 'stop' | 'length';
}
