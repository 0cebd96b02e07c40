import { itemName } from '#shared/items.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { EvaluationRequest, ScoredItem } from '#shared/records/evaluations.ts';
import type { Problem } from '#shared/records/problems.ts';
import { readParts } from '#shared/storage/completion-part.ts';
import { evaluationId, generationId } from '#shared/storage/evaluation-identity.ts';
import { newestSummary } from '#shared/storage/newest-summary.ts';
import { outcomeOf } from '#shared/storage/outcome-of.ts';
import { readProblems } from '#shared/storage/problem-sets.ts';
import { read } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import type { ReportCompletion, ReportExample } from './report-data.ts';

/**
 * A few problems of the first benchmark, answered by the model before and after: the first problem of each subject
 * that training turned from wrong to right, so that nobody picks them.
 *
 * @param limit - at most so many
 */
export async function collectExamples(
  store: ObjectStore,
  before: EvaluationRequest,
  after: EvaluationRequest,
  limit: number,
): Promise<readonly ReportExample[]> {
  const benchmark = before.generation.sets[0]?.benchmark ?? '';
  const problems = (await readProblems(store, before)).get(benchmark) ?? [];
  const [old, new_] = [await answersOf(store, before), await answersOf(store, after)];
  const turned = problems.filter(
    ({ id }) => old.get(id)?.verdict !== 'correct' && new_.get(id)?.verdict === 'correct',
  );
  return firstOfEachSubject(turned)
    .slice(0, limit)
    .map((problem) => ({
      problem: problem.problem,
      gold: [problem.answer].flat().join(' or '),
      before: old.get(problem.id) as ReportCompletion,
      after: new_.get(problem.id) as ReportCompletion,
    }));
}

function firstOfEachSubject(problems: readonly Problem[]): Problem[] {
  const firsts = new Map<string, Problem>();
  for (const problem of problems) {
    const subject = problem.subject ?? '';
    if (!firsts.has(subject)) firsts.set(subject, problem);
  }
  return [...firsts.values()];
}

/** The first sample of every problem that the newest round with a summary has, by problem. */
async function answersOf(
  store: ObjectStore,
  request: EvaluationRequest,
): Promise<ReadonlyMap<string, ReportCompletion>> {
  const evaluation = evaluationId(request);
  const summary = await newestSummary(store, evaluation);
  if (!summary) return new Map();
  const round = { evaluation, round: summary.round };
  const { shards } = await read(store, record.roundManifest(round));
  const answers = new Map<string, ReportCompletion>();
  for (const each of shards) {
    const { shard } = each;
    const outcome = await read(store, outcomeOf(round, each));
    if (outcome.kind === 'failed') continue;
    const parts = await readParts(store, generationId(request.generation), shard);
    const texts = new Map(
      parts.flatMap((part) => part.completions).map((completion) => [itemName(completion), completion.text]),
    );
    for (const item of outcome.items.filter(({ sample }) => sample === 0)) {
      const text = texts.get(itemName(item)) ?? '';
      answers.set(item.problem, { text, verdict: verdictOf(item) });
    }
  }
  return answers;
}

function verdictOf({ verdicts }: ScoredItem): ReportCompletion['verdict'] {
  return verdicts['reward']?.verdict ?? 'no-answer';
}
