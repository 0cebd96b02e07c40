import { decoderPrecision, headcount, home, json, port } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const serveCommand = new StrictCommand('serve')
  .example('serve', 'prints a link that opens the pages in a browser')
  .example('serve --port 0 --json', 'any free port; address and token as JSON')
  .summary('pages for a browser, and the HTTP API, on this machine')
  .description(
    'pages and the HTTP API on this machine, with workers behind it; GET /docs says what it can do',
  )
  .option('--port <n>', 'port on 127.0.0.1; 0 takes any that is free', port, 8642)
  .option(
    '--workers <n>',
    'workers; by default as many as are the fastest here, measured once (see `oneshot doctor`)',
    headcount,
  )
  .option('--threads <n>', 'threads of each worker; by default the cores, divided among them', headcount)
  .addOption(decoderPrecision())
  .option('--token-file <file>', 'file that holds the token to accept, instead of a new one that is printed')
  .addOption(home())
  .addOption(json())
  .action(async (options) => (await import('../serve/serve.ts')).serve(options));
