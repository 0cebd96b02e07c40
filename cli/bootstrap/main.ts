/** `npm run bootstrap`: the engine's Python environment, or nothing if it is up to date. */
import { runCommand } from '../run-command.ts';
import { prepareEngine } from './prepare-engine.ts';

await runCommand(async () => {
  await prepareEngine();
});
