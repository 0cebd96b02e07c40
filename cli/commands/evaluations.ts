import { aws, home, json, limit } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const evaluationsCommand = new StrictCommand('evaluations')
  .description('list evaluations: state, scores, size, age')
  .addOption(limit())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../lists/lists.ts')).listEvaluations(options));
