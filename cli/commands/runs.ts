import { aws, home, json, limit } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const runsCommand = new StrictCommand('runs')
  .description('list training runs: state, steps, scores, size, age')
  .addOption(limit())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../lists/lists.ts')).listRuns(options));
