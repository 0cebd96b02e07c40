import type { GraderName } from '#shared/records/evaluations.ts';
import {
  aws,
  benchmarkNames,
  choice,
  GENERATOR,
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
  .requiredOption('--benchmarks <names>', 'comma-separated benchmarks', benchmarkNames)
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .addOption(choice('--template <kind>', 'prompt format', TEMPLATES).default('chat'))
  .option('--graders <names>', `comma-separated graders: ${GRADERS.join(', ')}`, graderNames, [
    'reward',
  ] satisfies GraderName[])
  .option('--generator <name>', GENERATOR, 'onnx')
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../evaluate/eval-model.ts')).evalModel(options));
