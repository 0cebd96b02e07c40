import { aws, home, json, limit, server, settlePlace } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const evaluationsCommand = new StrictCommand('evaluations')
  .example('evaluations --limit 5', 'the newest five')
  .description('list evaluations: state, scores, size, age')
  .addOption(limit())
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (options) => (await import('../lists/lists.ts')).listEvaluations(options));
