import { z } from 'zod';
import type { EvaluationRequest, GenerationSet, GeneratorSpec, GraderName } from '../records/evaluations.ts';

/** What two evaluations can differ in besides their weights; `scores` is what a round lacks, which no request says. */
export const ProtocolPart = z.enum([
  ...(['benchmarks', 'problems', 'answers', 'limit', 'scores', 'samples', 'temperature', 'top-p'] as const),
  ...(['max-tokens', 'prompt', 'stop', 'precision', 'generator', 'seed', 'grader'] as const),
]);
export type ProtocolPart = z.infer<typeof ProtocolPart>;

/** One of them, as both sides have it. */
export interface ProtocolDifference {
  readonly what: ProtocolPart;
  /**
   * `pairs-do-not-match`: the same id names other problems or other answers, so that nothing can be concluded.
   * `may-move-scores`: pairs match, but a difference of scores need not come from the weights.
   */
  readonly severity: 'may-move-scores' | 'pairs-do-not-match';
  /** The benchmark that it is about; absent where it is about all. */
  readonly benchmark?: string;
  readonly first: string;
  readonly second: string;
}

/** Everything besides the weights in which two requests differ. */
export function protocolDifferences(
  first: EvaluationRequest,
  second: EvaluationRequest,
  grader: GraderName,
): readonly ProtocolDifference[] {
  return [
    ...benchmarkDifferences(first, second),
    ...sharedSets(first, second).flatMap(([a, b]) => [
      ...problemDifferences(a, b, first, second),
      ...samplingDifferences(a, b),
    ]),
    ...generationDifferences(first, second),
    ...differing('grader', graderText(first, grader), graderText(second, grader)),
  ];
}

/** A difference that moves scores at most, if there is one. */
function differing(
  what: ProtocolPart,
  first: string | number,
  second: string | number,
  rest: Partial<Pick<ProtocolDifference, 'benchmark' | 'severity'>> = {},
): ProtocolDifference[] {
  if (first === second) return [];
  return [{ what, severity: 'may-move-scores', ...rest, first: String(first), second: String(second) }];
}

function benchmarkDifferences(first: EvaluationRequest, second: EvaluationRequest): ProtocolDifference[] {
  const [before, after] = [namesOf(first), namesOf(second)];
  return differing('benchmarks', before.toSorted().join(', '), after.toSorted().join(', '));
}

function namesOf({ generation }: EvaluationRequest): string[] {
  return generation.sets.map(({ benchmark }) => benchmark);
}

function sharedSets(
  first: EvaluationRequest,
  second: EvaluationRequest,
): (readonly [GenerationSet, GenerationSet])[] {
  return first.generation.sets.flatMap((set) => {
    const other = second.generation.sets.find(({ benchmark }) => benchmark === set.benchmark);
    return other ? [[set, other] as const] : [];
  });
}

function problemDifferences(
  a: GenerationSet,
  b: GenerationSet,
  first: EvaluationRequest,
  second: EvaluationRequest,
): ProtocolDifference[] {
  const { benchmark } = a;
  const [stored, other] = [first.problemSets[benchmark], second.problemSets[benchmark]];
  const severity = 'pairs-do-not-match';
  if (stored && other && stored.digest === other.digest)
    return differing('limit', stored.limit ?? 'none', other.limit ?? 'none', { benchmark });
  if (a.problems !== b.problems)
    return differing('problems', a.problems, b.problems, { benchmark, severity });
  // One digest holds the answers of all benchmarks: where it differs, and this set as well, they are not known to agree.
  return differing('answers', first.golds, second.golds, { benchmark, severity });
}

function samplingDifferences(a: GenerationSet, b: GenerationSet): ProtocolDifference[] {
  const { benchmark } = a;
  return [
    ...differing('samples', a.samples, b.samples, { benchmark }),
    ...differing('temperature', a.temperature, b.temperature, { benchmark }),
    ...differing('top-p', a.topP, b.topP, { benchmark }),
    ...differing('max-tokens', a.maxTokens, b.maxTokens, { benchmark }),
  ];
}

function generationDifferences(
  { generation: first }: EvaluationRequest,
  { generation: second }: EvaluationRequest,
): ProtocolDifference[] {
  const prompt = ({ template }: typeof first) => `${template.kind} (${template.digest})`;
  return [
    ...differing('prompt', prompt(first), prompt(second)),
    ...differing('stop', JSON.stringify(first.stop), JSON.stringify(second.stop)),
    ...differing('precision', first.precision, second.precision),
    ...differing('generator', generatorText(first.generator), generatorText(second.generator)),
    ...differing('seed', first.seed, second.seed),
  ];
}

/** Recordings differ by what the models wrote, which is what is compared. */
function generatorText(generator: GeneratorSpec): string {
  switch (generator.kind) {
    case 'onnx':
      return `onnx ${generator.version}`;
    case 'recorded':
      return 'recorded';
    case 'endpoint':
      return `${generator.name} ${generator.version}`;
    default:
      return generator satisfies never;
  }
}

function graderText({ graders }: EvaluationRequest, name: GraderName): string {
  const version = graders.find((grader) => grader.name === name)?.version ?? 'none';
  return `${name} ${version}`;
}
