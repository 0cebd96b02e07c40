import { hasCode } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { isDamage } from '#shared/storage/damage.ts';
import { isPendingEvaluation, keys, parsePendingEvaluation } from '#shared/storage/keys.ts';
import { type ReadingPorts, readEvaluation } from './evaluations/read-evaluation.ts';

/** Evaluations whose shards are counted at most: listing those of each costs a request. */
const MOST_COUNTED = 50;
/** Evaluations that are looked at at a time. */
const READERS = 8;

/** What the evaluation plane has to do, in the text format of Prometheus; up to five seconds old. */
export async function planeMetrics(ports: ReadingPorts): Promise<string> {
  const pending = await ports.lists.list(keys.prefix.pending);
  const open = [
    ...new Set(pending.filter(isPendingEvaluation).map((key) => parsePendingEvaluation(key).evaluation)),
  ];
  const states = await inParallel(open.slice(0, MOST_COUNTED), READERS, (id) => stateOf(id, ports));
  const byStatus = Map.groupBy(states, ({ status }) => status);
  const done = states.reduce((total, { coverage }) => total + (coverage?.done ?? 0), 0);
  const shards = states.reduce((total, { coverage }) => total + (coverage?.shards ?? 0), 0);
  const lines = [
    '# HELP oneshot_evaluations_open Evaluations that are promised and not over.',
    '# TYPE oneshot_evaluations_open gauge',
    `oneshot_evaluations_open ${open.length}`,
    '# HELP oneshot_checkpoints_pending Checkpoints whose evaluation nobody has planned yet.',
    '# TYPE oneshot_checkpoints_pending gauge',
    `oneshot_checkpoints_pending ${pending.length - pending.filter(isPendingEvaluation).length}`,
    `# HELP oneshot_evaluations Open evaluations by status, ${MOST_COUNTED} at most.`,
    '# TYPE oneshot_evaluations gauge',
    ...[...byStatus].map(([status, { length }]) => `oneshot_evaluations{status="${status}"} ${length}`),
    '# HELP oneshot_shards Shards of those evaluations.',
    '# TYPE oneshot_shards gauge',
    `oneshot_shards{state="done"} ${done}`,
    `oneshot_shards{state="open"} ${shards - done}`,
  ];
  return `${lines.join('\n')}\n`;
}

async function stateOf(evaluation: string, ports: ReadingPorts) {
  try {
    const { status, coverage } = await readEvaluation(evaluation, ports);
    return { status, coverage };
  } catch (error) {
    if (hasCode(error, 'evaluation-unknown') || isDamage(error)) return { status: 'damaged', coverage: null };
    throw error;
  }
}
