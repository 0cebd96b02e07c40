/** Settings that the runner gives to each of its threads. */
export interface WorkerSettings {
  readonly home: string;
  /** Operator threads of the decoder. */
  readonly threads: number;
  /** That share the memory for keys and values. */
  readonly workers: number;
  readonly visibilitySeconds: number;
}
