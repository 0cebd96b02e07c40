import type { GraderName, Precision, TemplateKind } from '#shared/records/evaluations.ts';

/** What `oneshot eval` takes, whatever it scores. A setting that is not named is the run's own, or a default. */
export interface EvalOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  /** Of the local runner; by default what is the fastest on this machine. */
  readonly workers?: number | undefined;
  /** Of each worker. */
  readonly threads?: number | undefined;
  readonly benchmarks?: readonly string[] | undefined;
  readonly limit?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** Of each problem of benchmarks that are not greedy. */
  readonly samples?: number | undefined;
  readonly template?: TemplateKind | undefined;
  readonly graders?: readonly GraderName[] | undefined;
  /** `onnx`, `vllm`, `auto`, or a server of `ONESHOT_ENDPOINTS`. */
  readonly generator?: string | undefined;
  /** In which it computes. */
  readonly precision?: Precision | undefined;
}
