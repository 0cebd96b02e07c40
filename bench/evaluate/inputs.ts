import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBenchmark } from '#cli/push/read-benchmark.ts';
import type { PolicyText } from '#functions/generate/policy/load-policy-text.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import type { Problem } from '#shared/records/problems.ts';

/** The folder of SmolLM2-135M-Instruct. @throws {Error} where there is none */
export function smolLm2Folder(): string {
  const { ONESHOT_SMOLLM2: folder = '' } = process.env;
  if (existsSync(join(folder, 'config.json'))) return folder;
  throw new Error(
    'Make the model first: node bench/models/fetch-smollm2.ts DIR; then set ONESHOT_SMOLLM2=DIR.',
  );
}

/** Problems and protocol of one of the six sets, of the third-party data. */
export function benchmarkOf(name: string): ReturnType<typeof readBenchmark> {
  return readBenchmark(name, { ...process.env, ONESHOT_DATA: thirdPartyData });
}

/** Tokens of problems as an evaluation with the model's own chat template asks them. */
export function chatPrompts(problems: readonly Problem[], text: PolicyText): (readonly number[])[] {
  return problems.map(({ problem }) => text.prompt(problem, { kind: 'chat', digest: '' }));
}
