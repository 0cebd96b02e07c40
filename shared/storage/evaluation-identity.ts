import { digestId } from '../encoding/digest.ts';
import type { EvaluationRequest, GenerationSpec } from '../records/evaluations.ts';
import type { Problem } from '../records/problems.ts';

/** gid: the same completions, whoever asks for them. */
export function generationId(spec: GenerationSpec): string {
  return digestId(spec);
}

/**
 * What decides a completion besides its problem and how that is sampled: where two generations have this in common, one may
 * take completions over from the other.
 */
export function generationBasis({ sets: _, ...basis }: GenerationSpec): string {
  return digestId(basis);
}

/** The same request is the same evaluation; where its problems are stored does not matter. */
export function evaluationId({ generation, golds, graders }: EvaluationRequest): string {
  return digestId({ generation: generationId(generation), golds, graders });
}

/** Digest of what a generation reads of its problems: ids and questions, in order. */
export function problemsDigest(problems: readonly Problem[]): string {
  return digestId(problems.map(({ id, problem }) => [id, problem]));
}

/** Digest of what graders read of the problems of all sets. */
export function goldsDigest(problems: readonly Problem[]): string {
  return digestId(
    problems.map(({ id, answer, grading }) => (grading ? [id, answer, grading] : [id, answer])),
  );
}
