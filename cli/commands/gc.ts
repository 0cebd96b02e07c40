import { home, json, natural } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const gcCommand = new StrictCommand('gc')
  .example('gc --dry-run', 'how much would be freed')
  .description('free what nothing in the home names any more')
  .option('--dry-run', 'only tell what would go', false)
  .option('--models', 'models as well that no run or evaluation names, such as pushed ones', false)
  .option('--grace <hours>', 'keep what was stored since', natural, 24)
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../removal/gc.ts')).gc(options));
