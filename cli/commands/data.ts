import { aws, benchmarkNames, home, json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const push = new StrictCommand('push')
  .argument('[names...]', 'such as micro-aime24', (name: string, before: string[] = []) => [
    ...before,
    ...benchmarkNames(name),
  ])
  .description('bring benchmarks into the store; all six real ones by default')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (names, options) => (await import('../push/push-data.ts')).pushData(names, options));

export const dataCommand = new StrictCommand('data')
  .description('problem sets in the store')
  .addCommand(push);
