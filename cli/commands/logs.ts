import { home, json, server, settlePlace } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const logsCommand = new StrictCommand('logs')
  .example('logs my-run --follow', 'as it happens')
  .argument('<run>')
  .description('what the drivers of a run have said on this machine, or on that of a server')
  .option('--follow', 'go on with what they say from now on, until Ctrl-C', false)
  .addOption(server())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (run, options) => (await import('../logs/show-logs.ts')).showLogs(run, options));
