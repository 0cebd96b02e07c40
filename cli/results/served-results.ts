import { type Client, eachItem } from '#functions/client/create-client.ts';
import type { Comparison } from '#functions/results/evaluations/comparison-view.ts';
import type { Sample } from '#functions/results/evaluations/sample-view.ts';
import type { ModelListItem } from '#functions/results/models/model-view.ts';
import { hasCode, KnownError } from '#shared/errors.ts';
import { lackingCheckpoint } from '../named/lacking-checkpoint.ts';
import type { EvaluationLine } from './evaluation-line.ts';
import { newest } from './newest.ts';
import type { ResultSource } from './result-source.ts';
import type { RunLine } from './run-line.ts';

/** Items of a page at most, as the API gives them. */
const PAGE = 100;

/**
 * Results as an API tells them: all but the sizes of runs and evaluations, and when something was seen last. What it answers is
 * what these types say: its description, of which the client is made, comes from them. Methods throw what the client throws.
 */
export function servedResults(client: Client): ResultSource {
  return {
    async runs(limit) {
      const items = await newest(client.listRuns, limit);
      return items.map((item) => ({ ...item, sizeBytes: null, seenAt: null }) as RunLine);
    },
    async evaluations(limit) {
      const items = await newest(client.listEvaluations, limit);
      return items.map((item) => ({ ...item, sizeBytes: null }) as EvaluationLine);
    },
    async models(limit) {
      return (await newest(client.listModels, limit)) as ModelListItem[];
    },
    findEvaluation: (subject) => findServed(client, subject),
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
