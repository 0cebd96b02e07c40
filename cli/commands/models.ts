import { aws, home, json, limit, server, settlePlace } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const modelsCommand = new StrictCommand('models')
  .example('models --json', 'for a program')
  .description('list the models in the store: who uses them, size, age')
  .addOption(limit())
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (options) => (await import('../lists/lists.ts')).listModels(options));
