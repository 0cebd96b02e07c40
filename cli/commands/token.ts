import { aws, choice, home, json, tokenName } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

const create = new StrictCommand('create')
  .example('token create --name ci --scope write', 'for a program that asks for evaluations')
  .description('create a token and print it, this once')
  .requiredOption('--name <text>', 'who will use it', tokenName)
  .addOption(choice('--scope <scope>', 'what it allows', ['read', 'write']).default('read'))
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../tokens/tokens.ts')).tokenCreate(options));

const list = new StrictCommand('list')
  .description('who holds tokens')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../tokens/tokens.ts')).tokenList(options));

const revoke = new StrictCommand('revoke')
  .example('token revoke 0123456789ab', 'by the id that token list shows')
  .argument('<id>')
  .description('end a token at once')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (id, options) => (await import('../tokens/tokens.ts')).tokenRevoke(id, options));

export const tokenCommand = new StrictCommand('token')
  .description('tokens for the HTTP API')
  .addCommand(create)
  .addCommand(list)
  .addCommand(revoke);
