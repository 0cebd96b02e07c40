import { aws, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const push = new StrictCommand('push')
  .argument('<dir>')
  .description('bring a Hugging Face folder into the store and print its digest')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (directory, options) =>
    (await import('../push/push-model.ts')).pushModel(directory, options),
  );

export const modelCommand = new StrictCommand('model').description('models in the store').addCommand(push);
