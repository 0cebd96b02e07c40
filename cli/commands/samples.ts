import {
  aws,
  benchmarkName,
  choice,
  GRADERS,
  home,
  json,
  server,
  settlePlace,
  VERDICTS,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const samplesCommand = new StrictCommand('samples')
  .example('samples my-run@100 --verdict incorrect', 'what step 100 got wrong')
  .example('samples EVALUATION --benchmark aime24 --out aime24.jsonl', 'one benchmark, to a file')
  .argument('<name>', 'an evaluation, or a checkpoint as RUN@STEP; of RUN alone its newest')
  .summary('completions of an evaluation with their verdicts, JSON lines')
  .description('the completions of an evaluation with problem, gold and verdict, JSON lines')
  .option('--benchmark <benchmark>', 'only of this benchmark', benchmarkName)
  .addOption(choice('--verdict <kind>', 'only with this verdict', VERDICTS))
  .addOption(
    choice('--grader <name>', 'whose verdicts; by default reward, else the first of the evaluation', GRADERS),
  )
  .option('--out <file>', 'a file instead of standard output; it is there whole or not at all')
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (subject, options) =>
    (await import('../samples/write-samples.ts')).writeSamples(subject, options),
  );
