import { foreignCode, KnownError } from '#shared/errors.ts';
import { isWhole } from '#shared/metrics/is-whole.ts';
import type { Summary } from '#shared/records/summary.ts';
import type { RoundRef } from '#shared/storage/keys.ts';
import type { RoundEnd } from '#shared/storage/newest-end.ts';

/** The summary of an evaluation, whole or not. @throws {KnownError} with the code of its refusal */
export function summaryOf({ evaluation }: RoundRef, end: RoundEnd): Summary {
  if (end.kind === 'scored') return end.summary;
  const { code, detail } = end.refused;
  throw new KnownError(foreignCode(code), `The evaluation ${evaluation} was refused: ${detail}`);
}

/** A score with holes in it must not pass for a score. @throws {KnownError} `evaluation-incomplete` */
export function assertCovered({ evaluation, coverage }: Summary): void {
  if (!isWhole({ coverage })) {
    throw new KnownError(
      'evaluation-incomplete',
      `Of the ${coverage.shards} shards of evaluation ${evaluation} some failed (${counts(coverage.failed)}), so that its scores are ` +
        'bounds. Mend what the problems printed above name; the same command then runs those shards again.',
    );
  }
  const unanswered = counts(coverage.unanswered ?? {});
  if (unanswered === '') return;
  throw new KnownError(
    'evaluation-incomplete',
    `Completions of evaluation ${evaluation} could not be asked for (${unanswered}), so that the scores of their ` +
      'sets are bounds. Shorten those problems, or name another --template or a model with a longer context.',
  );
}

/** `2 too-large, 1 cancelled`; empty where there is none. */
function counts(byReason: Readonly<Record<string, number>>): string {
  return Object.entries(byReason)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}
