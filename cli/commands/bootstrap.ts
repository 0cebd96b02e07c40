import { json } from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const bootstrapCommand = new StrictCommand('bootstrap')
  .example('bootstrap', 'what the first train or demo does by itself')
  .description("set up the engine's Python environment; does nothing when it is up to date")
  .addOption(json())
  .action(async (options) => {
    await (await import('../bootstrap/prepare-engine.ts')).prepareEngine(options);
  });
