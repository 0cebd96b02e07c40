import { aws, choice, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const exportCommand = new StrictCommand('export')
  .argument('<run>')
  .argument('<dir>')
  .description('write the curves of a run and the scores of its checkpoints for another tool')
  .addOption(
    choice('--to <tool>', 'TensorBoard event files, or an offline run of Weights & Biases', [
      'tensorboard',
      'wandb',
    ]).makeOptionMandatory(),
  )
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (run, directory, options) =>
    (await import('../export/export-run.ts')).exportRun(run, directory, options),
  );
