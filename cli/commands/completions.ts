import { aws, benchmarkNames, home, json, positive } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const push = new StrictCommand('push')
  .example(
    'completions push answers.jsonl --benchmarks math500',
    'then: eval --model NAME --completions SHA256',
  )
  .argument('<file>', 'JSON lines { problem, sample, text, tokens, finish }')
  .description('check completions that were made elsewhere, store them and print the name that eval takes')
  .requiredOption('--benchmarks <benchmarks>', 'comma-separated benchmarks that they answer', benchmarkNames)
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (file, options) =>
    (await import('../completions/push-completions.ts')).pushCompletions(file, options),
  );

export const completionsCommand = new StrictCommand('completions')
  .description('completions that were made elsewhere')
  .addCommand(push);
