import { parseBenchmark } from '#shared/benchmarks/benchmark-names.ts';
import type { GraderName } from '#shared/records/evaluations.ts';
import {
  aws,
  benchmarkSets,
  choice,
  GRADERS,
  graderNames,
  headcount,
  home,
  json,
  positive,
  TEMPLATES,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const evalCommand = new StrictCommand('eval')
  .description('score a model folder on benchmarks')
  .requiredOption('--model <dir>', 'Hugging Face folder')
  .option('--benchmarks <names>', 'comma-separated benchmarks', benchmarkSets)
  .option(
    '--benchmark <set>',
    'one more: a name, or JSON lines of your own { problem, answer, id? }; as often as needed',
    (text, before: string[] = []) => [...before, parseBenchmark(text)],
  )
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .addOption(choice('--template <kind>', 'prompt format', TEMPLATES).default('chat'))
  .option('--graders <names>', `comma-separated graders: ${GRADERS.join(', ')}`, graderNames, [
    'reward',
  ] satisfies GraderName[])
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async ({ benchmarks = [], benchmark = [], ...options }, command) => {
    const sets = [...benchmarks, ...benchmark];
    if (sets.length === 0) return command.error('give --benchmarks, or --benchmark with a name or a file');
    const { evalModel } = await import('../evaluate/eval-model.ts');
    return evalModel({ ...options, benchmarks: sets });
  });
