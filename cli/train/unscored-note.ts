/**
 * What the end of a run says of checkpoints that have no scores yet, a line; empty where all have theirs.
 *
 * @param unscored - their steps, of so many checkpoints in `total`
 */
export function unscoredNote(
  run: string,
  { unscored, total }: { readonly unscored: readonly number[]; readonly total: number },
  { home, aws }: { readonly home: string; readonly aws?: string | undefined },
): string {
  if (unscored.length === 0) return '';
  const steps = `${unscored.length === 1 ? 'step' : 'steps'} ${unscored.join(', ')}`;
  const command = `oneshot eval ${run} ${aws === undefined ? `--home ${home}` : `--aws ${aws}`}`;
  const does = aws === undefined ? 'scores them' : 'waits for their scores';
  return `Not scored yet: ${unscored.length} of ${total} checkpoints (${steps}). \`${command}\` ${does}.\n`;
}
