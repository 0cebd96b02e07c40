/** `npm run bootstrap`: the engine's Python environment with the tools of `npm test`, or nothing if it is up to date. */
import { runCommand } from '../terminal/run-command.ts';
import { prepareEngine } from './prepare-engine.ts';

const json = process.argv.includes('--json');
await runCommand(
  async () => {
    await prepareEngine({ json, dev: true });
  },
  { json, command: () => 'oneshot bootstrap' },
);
