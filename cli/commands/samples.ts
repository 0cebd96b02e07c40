import { aws, benchmarkName, choice, GRADERS, home, json, VERDICTS } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const samplesCommand = new StrictCommand('samples')
  .argument('<name>', 'an evaluation, or a checkpoint as RUN@STEP; of RUN alone its newest')
  .description('the completions of an evaluation with problem, gold and verdict, JSON lines')
  .option('--benchmark <name>', 'only of this benchmark', benchmarkName)
  .addOption(choice('--verdict <kind>', 'only with this verdict', VERDICTS))
  .addOption(choice('--grader <name>', 'whose verdicts; by default the first of the evaluation', GRADERS))
  .option('--out <file>', 'a file instead of standard output; it is there whole or not at all')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (subject, options) =>
    (await import('../samples/write-samples.ts')).writeSamples(subject, options),
  );
