import { z } from 'zod';

/** Rows that are decoded together: the programs of the peers read it by these names. */
export interface DecodeCase {
  readonly rows: number;
  /** Tokens of each row's prompt. */
  readonly prompt: number;
  /** Different prompts, 1 or as many as rows; a program that can lets rows of one prompt share its prefill. */
  readonly prompts: number;
  /** Steps after the prompts, each of one token a row; greedy, ends ignored. */
  readonly steps: number;
}

/** What a program is told, as the JSON of its last argument. */
export interface DecodeRequest {
  readonly model: string;
  readonly threads: number;
  readonly cases: readonly DecodeCase[];
}

/** What it says in its last line. */
export const Decoded = z.object({
  load_seconds: z.number(),
  /** Of the whole program. */
  cpu_seconds: z.number(),
  /** In the order of the request. */
  cases: z.array(
    z.object({
      /** Tokens that went through the model until each row had its first new one, and how long that took. */
      prompt_tokens: z.number(),
      prompt_seconds: z.number(),
      step_seconds: z.number(),
    }),
  ),
});
export type Decoded = z.infer<typeof Decoded>;

/** The prompts of a case: any tokens of the vocabulary, the same in every program. */
export function promptsOf({ prompts, prompt }: DecodeCase, vocabulary: number): number[][] {
  return Array.from({ length: prompts }, (_, row) =>
    Array.from({ length: prompt }, (_, i) => (i * 7919 + row * 104_729 + 17) % vocabulary),
  );
}
