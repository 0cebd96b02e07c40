import { canonicalJson } from '../encoding/canonical-json.ts';
import { digestId } from '../encoding/digest.ts';
import { KnownError, messageOf } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { EvaluationRequest } from '../records/evaluations.ts';
import { Problem } from '../records/problems.ts';
import { keys } from './keys.ts';
import { remembered } from './remembered.ts';

/** Stores a problem set as JSON lines and gives back its digest. */
export async function putProblemSet(store: ObjectStore, problems: readonly Problem[]): Promise<string> {
  const digest = digestId(problems);
  const text = problems.map((problem) => `${canonicalJson(problem)}\n`).join('');
  await store.putOnce(keys.problemSet(digest), new TextEncoder().encode(text));
  return digest;
}

/**
 * The problems that a request is about, by set, in order.
 *
 * @throws {KnownError} `problem-set-missing`, `problem-set-invalid`
 */
export async function readProblems(
  store: ObjectStore,
  { generation, problemSets }: EvaluationRequest,
): Promise<ReadonlyMap<string, readonly Problem[]>> {
  const sets = new Map<string, readonly Problem[]>();
  for (const { benchmark } of generation.sets) {
    const source = problemSets[benchmark];
    if (!source)
      throw new KnownError('problem-set-missing', `The request names no problem set for ${benchmark}.`);
    const problems = await readProblemSet(store, source.digest);
    sets.set(benchmark, problems.slice(0, source.limit));
  }
  return sets;
}

const problemsById = new WeakMap<EvaluationRequest, Promise<ReadonlyMap<string, Problem>>>();

/** All problems of a request by id, made once for each request, however many ask. @throws {KnownError} as `readProblems` does */
export function readProblemsById(
  store: ObjectStore,
  request: EvaluationRequest,
): Promise<ReadonlyMap<string, Problem>> {
  const known = problemsById.get(request);
  if (known) return known;
  const making = readProblems(store, request).then(
    (sets) => new Map([...sets.values()].flat().map((problem) => [problem.id, problem])),
  );
  problemsById.set(request, making);
  making.catch(() => problemsById.delete(request)); // a failure must not be remembered
  return making;
}

/** All problems of a stored set, in order. @throws {KnownError} `problem-set-missing`, `problem-set-invalid` */
export function readProblemSet(store: ObjectStore, digest: string): Promise<readonly Problem[]> {
  return remembered(store, keys.problemSet(digest), () => fetchProblemSet(store, digest));
}

async function fetchProblemSet(store: ObjectStore, digest: string): Promise<readonly Problem[]> {
  const body = await store.get(keys.problemSet(digest));
  if (!body) {
    throw new KnownError(
      'problem-set-missing',
      `The store has no problem set ${digest}. Push it, then ask again.`,
    );
  }
  try {
    const lines = new TextDecoder().decode(body).split('\n').slice(0, -1);
    return lines.map((line) => Problem.parse(JSON.parse(line)));
  } catch (cause) {
    const message = `The stored problem set ${digest} cannot be read: ${messageOf(cause)}`;
    throw new KnownError('problem-set-invalid', message, { cause });
  }
}
