import { aws, choice, GRADERS, home, json, server, settlePlace, share } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const compareCommand = new StrictCommand('compare')
  .example('compare my-run@0 my-run', 'the newest scores of a run against those of its base')
  .example('compare my-run@0 my-run@100 my-run@200 --margin 0.02', 'two checkpoints, where two points matter')
  .argument(
    '<names...>',
    'what the others are compared with, then these: evaluations, checkpoints as RUN@STEP, or RUN for its newest scores',
  )
  .summary('whether an evaluation is better than another')
  .description('whether an evaluation is better than another, problem by problem, with a verdict')
  .addOption(
    choice('--grader <name>', 'whose verdicts; by default reward, else the first that all have', GRADERS),
  )
  .option('--margin <share>', 'differences up to here do not matter; 0.05, five points, by default', share)
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (names, options, command) => {
    if (names.length < 2)
      command.error('name two at least: what the others are compared with, then these, such as RUN@0 RUN');
    return (await import('../compare/compare.ts')).compare(names, options);
  });
