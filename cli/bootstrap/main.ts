/** `npm run bootstrap`: the engine's Python environment, or nothing if it is up to date. */
import { runCommand } from '../run-command.ts';
import { StatusLine } from '../status-line.ts';
import { ensureEngine } from './ensure-engine.ts';

await runCommand(async () => {
  const status = new StatusLine(process.stderr);
  await ensureEngine(process.env, (line) => status.show(`engine: ${line}`));
  status.clear();
});
