import { aws, home, json, server, settlePlace } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const gateCommand = new StrictCommand('gate')
  .example('gate my-run@0 my-run --policy policy.yaml', 'exit code 0, 1 or 3, for CI')
  .argument('<a>', 'an evaluation, RUN@STEP, or RUN for its newest scores')
  .argument('<b>', 'what is judged against it')
  .summary('judge an evaluation against another by a policy, for CI')
  .description(
    'judge an evaluation against another by a policy: exits with 0 if it passes, 1 if it fails, 3 if that cannot be told, 2 on failure',
  )
  .requiredOption('--policy <file>', 'what must hold, YAML or JSON')
  .addOption(server())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (a, b, options) => (await import('../compare/gate.ts')).gate(a, b, options));
