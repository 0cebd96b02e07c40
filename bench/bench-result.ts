/** What a benchmark prints. Timings are noisy: targets are ratios against something measured in the same run. */
export interface BenchResult {
  readonly bench: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly targets: readonly {
    readonly what: string;
    readonly value: number;
    readonly target: number;
    readonly met: boolean;
  }[];
}
