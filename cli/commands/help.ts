import { StrictCommand } from '../terminal/strict-command.ts';

export const helpCommand = new StrictCommand('help')
  .description('help on a command, or on exit-codes, environment or json')
  .example('help train', 'the same as train --help')
  .example('help environment', 'the variables that commands read')
  .argument('[words...]', 'a command, or one of these topics')
  .action(async (words, _, command) => (await import('../help/show-help.ts')).showHelp(words, command));
