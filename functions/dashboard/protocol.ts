import type { EvaluationRequest } from '#shared/records/evaluations.ts';

/** How the scores of an evaluation are made. */
export interface Protocol {
  readonly precision: string;
  readonly generator: string;
  /** How a question becomes a prompt. */
  readonly template: string;
  readonly graders: readonly string[];
  readonly sets: readonly {
    readonly benchmark: string;
    readonly samples: number;
    readonly temperature: number;
    readonly topP: number;
    readonly maxTokens: number;
  }[];
}

/** What a request says of it. Pure. */
export function protocolOf({ generation, graders }: EvaluationRequest): Protocol {
  const { precision, generator, template, sets } = generation;
  return {
    precision,
    generator:
      generator.kind === 'recorded'
        ? 'recorded'
        : generator.kind === 'onnx'
          ? generator.version
          : `${generator.name} ${generator.version}`,
    template: template.kind,
    graders: graders.map(({ name, version }) => `${name} (${version})`),
    sets: sets.map(({ benchmark, samples, temperature, topP, maxTokens }) => ({
      benchmark,
      samples,
      temperature,
      topP,
      maxTokens,
    })),
  };
}
