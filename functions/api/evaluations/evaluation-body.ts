import { z } from '@hono/zod-openapi';
import { GraderName, Precision, TemplateKind } from '#shared/records/evaluations.ts';
import { BenchmarkName, Digest, Sha256 } from '#shared/records/ids.ts';
import { boundedArray } from '../../http/bounded-array.ts';

const MOST_BENCHMARKS = 32;
/** Longer completions than any model of the paper writes. */
const MOST_TOKENS = 131_072;
/** More than any pass@k that is published takes. */
const MOST_SAMPLES = 1024;

const BenchmarkChoice = z.union([BenchmarkName, z.strictObject({ name: BenchmarkName, problemSet: Digest })]);
export type BenchmarkChoice = z.infer<typeof BenchmarkChoice>;

const GeneratorChoice = z.union([
  z.literal('onnx'),
  z.strictObject({ recorded: Sha256 }),
  z.strictObject({ endpoint: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) }),
]);
export type GeneratorChoice = z.infer<typeof GeneratorChoice>;

/** What to evaluate. Everything is named by what is stored already, never by a path or an address. */
export const EvaluationBody = z
  .strictObject({
    model: Digest.meta({ description: 'Digest of a stored model: `oneshot model push` prints it.' }),
    benchmarks: boundedArray(BenchmarkChoice, { min: 1, max: MOST_BENCHMARKS })
      .refine((chosen) => new Set(chosen.map(nameOf)).size === chosen.length, {
        error: 'each benchmark may stand once',
      })
      .openapi({
        description: 'Names, which stand for the set pushed last, or a name with the digest of a stored set.',
      }),
    graders: boundedArray(GraderName, { min: 1, max: GraderName.options.length })
      .default(['reward'])
      .transform((names) => [...new Set(names)]),
    template: TemplateKind.default('chat').meta({
      description: "The model's own chat template, or a prompt of the paper.",
    }),
    limit: z
      .number()
      .int()
      .positive()
      .max(1_000_000)
      .optional()
      .meta({ description: 'Only the first problems of each benchmark.' }),
    maxTokens: z
      .number()
      .int()
      .positive()
      .max(MOST_TOKENS)
      .optional()
      .meta({ description: "New tokens of a completion, instead of each benchmark's own limit." }),
    samples: z
      .number()
      .int()
      .positive()
      .max(MOST_SAMPLES)
      .optional()
      .meta({
        description:
          "Samples of each problem, instead of each benchmark's own number; of a greedy benchmark they would all be equal, so " +
          'that it keeps its own.',
      }),
    generator: GeneratorChoice.default('onnx').meta({
      description:
        'Who makes the completions: our decoder, a blob of recorded ones by its sha256, or a model server that the ' +
        'deployment allows under this name.',
    }),
    precision: Precision.exclude(['bf16']).optional().meta({
      description:
        'Of our decoder, what its matrices are rounded to: by default fp32. Faster, less memory, and other scores.',
    }),
    maxCostUsd: z
      .number()
      .nonnegative()
      .max(1e6)
      .optional()
      .meta({ description: 'A round that would cost more is refused.' }),
  })
  .openapi('EvaluationBody');
export type EvaluationBody = z.infer<typeof EvaluationBody>;

/** The benchmark that a choice is about. */
export function nameOf(choice: BenchmarkChoice): BenchmarkName {
  return typeof choice === 'string' ? choice : choice.name;
}
