/** What the runner tells each of its threads. */
export interface WorkerSettings {
  readonly home: string;
  /** Operator threads of the decoder. */
  readonly threads: number;
  readonly visibilitySeconds: number;
}
