import { aws, home, json, MODEL } from '../options.ts';
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

export const modelCommand = new StrictCommand('model')
  .description('models of the hub and of the store')
  .addCommand(pull)
  .addCommand(push);
