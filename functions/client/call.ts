export interface CallOptions {
  /** Ends the request, and the waiting for another try. */
  readonly signal?: AbortSignal | undefined;
}

/** A method of the client: parameters of path and query stand side by side, a body is `body`. */
export type Call<Input, Output> =
  Record<string, never> extends Input
    ? (input?: Input, options?: CallOptions) => Promise<Output>
    : (input: Input, options?: CallOptions) => Promise<Output>;
