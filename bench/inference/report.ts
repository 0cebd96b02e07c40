import type { Missing } from './contender.ts';
import type { Standing } from './race.ts';

/** Of the last line: speeds, seconds and megabytes by contender, and a 1 for each that is missing. */
export function metricsOf(
  standings: ReadonlyMap<string, Standing>,
  missing: readonly Missing[],
): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, standing] of standings) {
    for (const [at, { tokensPerSecond, promptTokensPerSecond }] of standing.cases) {
      metrics[`${name}/${at}/tokens_per_second`] = tokensPerSecond;
      metrics[`${name}/${at}/prompt_tokens_per_second`] = promptTokensPerSecond;
    }
    metrics[`${name}/load_seconds`] = standing.loadSeconds;
    metrics[`${name}/first_token_seconds`] = standing.firstTokenSeconds;
    metrics[`${name}/peak_megabytes`] = megabytes(standing);
    metrics[`${name}/others_percent`] = standing.foreignPercent;
  }
  for (const { name } of missing) metrics[`missing/${name}`] = 1;
  return metrics;
}

/** Prints a table of what was measured: decoding, then prompts, in tokens per second. */
export function printTable(standings: ReadonlyMap<string, Standing>, missing: readonly Missing[]): void {
  const [first] = standings.values();
  const names = [...(first?.cases.keys() ?? [])];
  const prompts = names.map((name) => `p ${name}`);
  console.log(line('', [...names, ...prompts, 'load s', 'first s', 'MB', 'others %']));
  for (const [name, standing] of standings) {
    const { cases, loadSeconds, firstTokenSeconds, foreignPercent } = standing;
    console.log(
      line(name, [
        ...names.map((at) => cases.get(at)?.tokensPerSecond.toFixed(0) ?? '–'),
        ...names.map((at) => cases.get(at)?.promptTokensPerSecond.toFixed(0) ?? '–'),
        loadSeconds.toFixed(1),
        firstTokenSeconds.toFixed(2),
        megabytes(standing).toFixed(0),
        foreignPercent.toFixed(0),
      ]),
    );
  }
  for (const { name, reason } of missing) console.log(`${name} is missing: ${reason}`);
}

function megabytes({ peakBytes }: Standing): number {
  return peakBytes / 1e6;
}

function line(name: string, values: readonly string[]): string {
  return [name.padEnd(22), ...values.map((value) => value.padStart(9))].join(' ');
}
