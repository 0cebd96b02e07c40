import { aws, choice, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const exportCommand = new StrictCommand('export')
  .example('export my-run curves/ --to tensorboard', 'then: tensorboard --logdir curves/')
  .argument('<run>')
  .argument('<dir>')
  .summary('write the curves of a run for TensorBoard or W&B')
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
