import { choice, folder, headcount, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const pretrain = new StrictCommand('pretrain')
  .example('microcosm pretrain --output my-base', 'the base model that the demo brings along')
  .description('make a base model from nothing, the same bytes each time')
  .addOption(choice('--habit <name>', 'box habit of the web text', ['62-46', '70-35']).default('62-46'))
  .option('--output <dir>', 'folder to write', folder, 'micro-base')
  .option('--threads <n>', 'torch threads', headcount, 1)
  .addOption(json())
  .action(async (options) => (await import('../demo/pretrain-base.ts')).pretrainBase(options));

export const microcosmCommand = new StrictCommand('microcosm')
  .description('the miniature world of the demo')
  .addCommand(pretrain);
