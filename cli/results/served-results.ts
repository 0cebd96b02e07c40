import {
  type Client,
  type EvaluationListItem,
  eachItem,
  type RunListItem,
} from '#functions/client/create-client.ts';
import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import type { Sample } from '#functions/results/evaluations/sample-view.ts';
import { hasCode, KnownError } from '#shared/errors.ts';
import { lackingCheckpoint } from '../named/lacking-checkpoint.ts';
import type { EvaluationLine } from './evaluation-line.ts';
import type { ResultSource } from './result-source.ts';
import type { RunLine } from './run-line.ts';

/** Items of a page at most, as the API gives them. */
const PAGE = 100;

/** Results as an API tells them: all but sizes, and when something was seen last. Methods throw what the client throws. */
export function servedResults(client: Client): ResultSource {
  return {
    async runs(limit) {
      const runs = eachItem(client.listRuns, { limit: Math.min(PAGE, limit) });
      return (await firstOf(runs, limit)).map(runLine);
    },
    async evaluations(limit) {
      const evaluations = eachItem(client.listEvaluations, { limit: Math.min(PAGE, limit) });
      return (await firstOf(evaluations, limit)).map(evaluationLine);
    },
    findEvaluation: (subject) => findServed(client, subject),
    // What the API answers is what these types say: its description, of which the client is made, comes from them.
    samples: (evaluation, filter) =>
      eachItem(client.listSamples, { evaluation, ...filter, limit: PAGE }) as AsyncIterable<Sample>,
    isOver: async (evaluation) => (await client.readEvaluation({ evaluation })).over,
    async compare(first, others, query) {
      const asked = { evaluation: first, others: others.join(','), ...query };
      return (await client.compareSeveral(asked)).items as Comparison[];
    },
    close: () => {},
  };
}

async function firstOf<Item>(items: AsyncIterable<Item>, limit: number): Promise<readonly Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === limit) break;
  }
  return taken;
}

function runLine({ run, recipe, createdAt, state, step, steps, score }: RunListItem): RunLine {
  return {
    ...{ run, recipe, state, step, steps },
    score: score && { step: score.step, average: score.mean },
    ...{ sizeBytes: null, createdAt: Date.parse(createdAt), seenAt: null },
  };
}

function evaluationLine({ createdAt, status, over: _, score, ...item }: EvaluationListItem): EvaluationLine {
  const average = score?.mean ?? null;
  const told = { state: status, average, sizeBytes: null, createdAt: Date.parse(createdAt) };
  return { ...item, ...told } as EvaluationLine; // as the schema of the entry, of which both are made, has it
}

async function findServed(client: Client, subject: string): Promise<string> {
  const [name = '', wanted] = subject.split('@');
  if (wanted === undefined && (await isEvaluation(client, name))) return name;
  const { checkpoints } = await client.readRun({ run: name });
  const evaluated = checkpoints.filter(({ evaluation }) => evaluation !== null);
  const found =
    wanted === undefined ? evaluated.at(-1) : evaluated.find(({ step }) => String(step) === wanted);
  if (found?.evaluation) return found.evaluation;
  const steps = evaluated.map(({ step }) => step);
  const lacking = lackingCheckpoint({ run: name, step: wanted, kind: 'evaluated checkpoint', steps });
  throw new KnownError('checkpoint-unknown', lacking);
}

/** A name of another form than theirs is that of a run. */
async function isEvaluation(client: Client, name: string): Promise<boolean> {
  if (!/^[a-z2-7]{26}$/.test(name)) return false;
  try {
    await client.readEvaluation({ evaluation: name });
    return true;
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown')) return false;
    throw error;
  }
}
