import { home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const logsCommand = new StrictCommand('logs')
  .example('logs my-run --follow', 'as it happens')
  .argument('<run>')
  .description('what the drivers of a run on this machine have said')
  .option('--follow', 'go on with what they say from now on, until Ctrl-C', false)
  .addOption(home())
  .addOption(json())
  .action(async (run, options) => (await import('../logs/show-logs.ts')).showLogs(run, options));
