import type { ConfiguredRun } from './newest-runs.ts';

/** What a control has in common with its run. */
const SHARED = ['model', 'examples', 'steps', 'checkpointEvery'] as const;

/** The first of other runs that differs from this one by being rewarded for the format of an answer alone. */
export function formatControl(
  { config }: Pick<ConfiguredRun, 'config'>,
  others: readonly ConfiguredRun[],
): string | undefined {
  if (isFormatRun(config)) return undefined;
  const isControl = (other: ConfiguredRun) =>
    isFormatRun(other.config) && SHARED.every((name) => other.config[name] === config[name]);
  return others.find(isControl)?.run;
}

/** Settings have a schema that only the trainer knows: what does not look like it is no format run. */
function isFormatRun(config: Readonly<Record<string, unknown>>): boolean {
  const reward = config['reward'];
  return typeof reward === 'object' && reward !== null && 'mode' in reward && reward.mode === 'format';
}
