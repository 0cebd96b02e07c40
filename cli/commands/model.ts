import { aws, choice, home, json, MODEL } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const pull = new StrictCommand('pull')
  .argument('<name>', 'org/name[@revision]')
  .description('fetch a model of the hub into the cache that Hugging Face tools share, and print its folder')
  .addOption(json())
  .action(async (name, options) => (await import('../models/pull-model.ts')).pullToCache(name, options));

const push = new StrictCommand('push')
  .argument('<name>', MODEL)
  .description('bring a model into the store and print its digest')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (name, options) => (await import('../models/push-model.ts')).pushModel(name, options));

const exportCommand = new StrictCommand('export')
  .argument('<run[@step]>')
  .argument('<dir>')
  .description('write a checkpoint as a Hugging Face folder, with a model card')
  .addOption(choice('--dtype <kind>', 'what weights are written in', ['bf16', 'fp32']).default('bf16'))
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (run, folder, options) =>
    (await import('../models/export-model.ts')).exportModel(run, folder, options),
  );

export const modelCommand = new StrictCommand('model')
  .description('models of the hub and of the store')
  .addCommand(pull)
  .addCommand(push)
  .addCommand(exportCommand);
