import { aws, home, json, limit, server, settlePlace } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const runsCommand = new StrictCommand('runs')
  .example('runs', 'the newest twenty')
  .example('runs --json --limit 1', 'the newest, for a program')
  .description('list training runs: state, steps, scores, size, age')
  .addOption(limit())
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (options) => (await import('../lists/lists.ts')).listRuns(options));
