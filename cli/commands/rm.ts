import { home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const rmCommand = new StrictCommand('rm')
  .example('rm my-run', 'a run with its checkpoints and scores')
  .example('rm my-run --yes', 'without being asked')
  .argument('<names...>', 'runs, evaluations, models')
  .description('remove runs with their scores, evaluations or models from the home')
  .option('--yes', 'do not ask', false)
  .addOption(home())
  .addOption(json())
  .action(async (names, options) => (await import('../removal/rm.ts')).rm(names, options));
