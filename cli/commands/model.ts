import { aws, choice, folder, home, json, MODEL } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const pull = new StrictCommand('pull')
  .example('model pull Qwen/Qwen2.5-Math-1.5B', 'so that it is there without a network')
  .argument('<name>', 'org/name[@revision]')
  .description('fetch a model of the hub into the cache that Hugging Face tools share, and print its folder')
  .addOption(json())
  .action(async (name, options) => (await import('../models/pull-model.ts')).pullToCache(name, options));

const push = new StrictCommand('push')
  .example('model push ./my-model', 'its digest names it in requests over HTTP')
  .argument('<model>', MODEL)
  .description('store a model and print its digest, which requests over HTTP name it by')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (name, options) => (await import('../models/push-model.ts')).pushModel(name, options));

const exportCommand = new StrictCommand('export')
  .example('model export my-run@100 my-model/ --dtype fp32', 'the weights of step 100')
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

const importCommand = new StrictCommand('import')
  .example('model import qwen.gguf --out qwen/', 'then: eval --model qwen/')
  .argument('<file.gguf>')
  .description('write the model of a GGUF file as a Hugging Face folder')
  .requiredOption('--out <dir>', 'the folder, new or empty', folder)
  .addOption(json())
  .action(async (file, options) => (await import('../models/import-model.ts')).importModel(file, options));

export const modelCommand = new StrictCommand('model')
  .description('models of the hub and of the store')
  .addCommand(pull)
  .addCommand(push)
  .addCommand(exportCommand)
  .addCommand(importCommand);
