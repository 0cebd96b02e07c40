import { aws, choice, home, hubDataset, json, noServer, refuseServer } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const exportCommand = new StrictCommand('export')
  .example('export my-run curves/ --to tensorboard', 'then: tensorboard --logdir curves/')
  .example('export my-run@100 logs/ --to inspect', 'an evaluation with its samples')
  .argument(
    '<name>',
    'a run for its curves; for its samples and scores an evaluation, RUN@STEP, or RUN for its newest',
  )
  .argument('<dir>')
  .summary('write curves, or an evaluation, as another tool reads them')
  .description('write the curves of a run, or an evaluation with its samples, as another tool reads them')
  .addOption(
    choice(
      '--to <tool>',
      'curves: TensorBoard event files, or an offline run of Weights & Biases; an evaluation: logs of inspect_ai, results of ' +
        'lm-evaluation-harness, or .eval_results of the Hugging Face Hub',
      ['tensorboard', 'wandb', 'inspect', 'lm-eval', 'hf'],
    ).makeOptionMandatory(),
  )
  .option(
    '--dataset <set=org/name[:task]>',
    'for hf: the dataset of the Hub that a benchmark is of, as often as needed',
    hubDataset,
  )
  .addOption(noServer())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', refuseServer)
  .action(async (name, directory, { to, dataset, ...options }, command) => {
    if (to === 'hf' && !dataset) command.error('name with --dataset what each set is of on the Hub');
    if (to !== 'hf' && dataset) command.error('--dataset is for --to hf');
    if (to === 'tensorboard' || to === 'wandb')
      return (await import('../export/export-run.ts')).exportRun(name, directory, { ...options, to });
    const { exportEvaluation } = await import('../export/export-evaluation.ts');
    return exportEvaluation(name, directory, { ...options, to, dataset: dataset ?? [] });
  });
