import { aws, home, json, noServer, refuseServer } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const reportCommand = new StrictCommand('report')
  .example('report my-run --out report.html', 'one file to send to somebody')
  .example('report my-run@0 my-run --markdown', 'one against another, for a pull request')
  .argument('<names...>', 'runs, evaluations, or checkpoints as RUN@STEP; several are held against the first')
  .summary('results, curves and evidence as one file')
  .description('the result, the curves, the evidence and what it does not show, as one HTML file')
  .option(
    '--out <path>',
    'the file, which needs neither network nor script, or a folder with the pages beside it where it ends in /; other forms go to standard output without it',
  )
  .option('--markdown', 'Markdown instead', false)
  .option('--csv', 'all numbers as one table instead, a value a row', false)
  .addOption(noServer())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', refuseServer)
  .action(async (names, options) => (await import('../report/report.ts')).report(names, options));
