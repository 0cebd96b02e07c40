import type { GraderName } from '#shared/records/evaluations.ts';
import type { Summary } from '#shared/records/summary.ts';
import { scoreRow } from '../report/score-row.ts';
import { renderScoreTable } from '../report/score-table.ts';

/** Weights that a worker of ours has loaded and checked need no word. */
const CLAIMED: Readonly<Record<Summary['policy'], string>> = {
  verified: '',
  claimed: ', as the server that made its completions says',
};

/** Prints what an evaluation of a model came to. @param graders - as they were asked for */
export function tellScores(summary: Summary, graders: readonly GraderName[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  const { evaluation, model, policy } = summary;
  const table = renderScoreTable([...new Set(graders)].map((name) => scoreRow(name, summary, name)));
  process.stdout.write(
    `${table}\n${cutNote(summary)}\nEvaluation ${evaluation} of model ${model}${CLAIMED[policy]}\n`,
  );
}

/** Completions that all reach their limit say that something ends none of them. */
function cutNote({ graders }: Summary): string {
  const [graded] = Object.values(graders);
  const cut = (graded?.benchmarks ?? []).filter(({ truncatedShare }) => truncatedShare === 1);
  if (cut.length === 0) return '';
  const names = cut.map(({ benchmark }) => benchmark).join(', ');
  return (
    `Every completion of ${names} was cut at its limit of tokens. Raise --max-tokens, or see that the model's ` +
    'generation_config.json or tokenizer_config.json names the token that ends an answer (eos_token).\n'
  );
}
