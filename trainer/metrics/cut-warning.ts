import type { Metrics } from '#shared/messages.ts';
import { readMetric } from '#shared/metrics/metric-table.ts';

/**
 * What to say of a step whose completions were all cut at their limit: that nothing ends them is seldom meant.
 *
 * @returns `undefined` where some of them ended by themselves
 */
export function cutWarning(step: number, metrics: Metrics): string | undefined {
  if (readMetric(metrics, 'completion/truncated_share') !== 1) return undefined;
  return (
    `All completions of step ${step} were cut at sampling.maxTokens. Raise it, or see that the model's ` +
    'generation_config.json or tokenizer_config.json names the token that ends an answer, or name one in sampling.stop.'
  );
}
