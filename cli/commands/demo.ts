import { home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const demoCommand = new StrictCommand('demo')
  .example('demo --quick', 'half a minute: the whole path')
  .example('demo', 'minutes: one example teaches it, a format reward does not')
  .summary('a small world: train on one example, score every checkpoint, report')
  .description(
    '1-shot RLVR in a miniature world, with its baseline, scores and a report; minutes on a laptop',
  )
  .option('--quick', 'a run under half a minute that shows the path, not the learning', false)
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../demo/demo.ts')).demo(options));
