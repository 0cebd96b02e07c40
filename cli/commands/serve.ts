import { headcount, home, json, port } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const serveCommand = new StrictCommand('serve')
  .description('the HTTP API on this machine, with workers behind it; GET /docs says what it can do')
  .option('--port <n>', 'port on 127.0.0.1; 0 takes any that is free', port, 8642)
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .option('--token-file <file>', 'file that holds the token to accept, instead of a new one that is printed')
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../serve/serve.ts')).serve(options));
