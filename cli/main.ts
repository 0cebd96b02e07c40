/** The command line: `oneshot COMMAND …`. */
import { CommanderError } from '@commander-js/extra-typings';
import { program } from './program.ts';
import { assertOnePlace } from './terminal/one-place.ts';
import { setQuiet } from './terminal/quiet.ts';
import { runCommand } from './terminal/run-command.ts';
import { commandPath } from './terminal/strict-command.ts';

let running = program.name();
program
  .hook('preSubcommand', (_, subcommand) => {
    running = commandPath(subcommand);
  })
  .hook('preAction', (_, action) => {
    running = commandPath(action);
    setQuiet(program.opts().quiet);
    assertOnePlace(action);
  });

await runCommand(
  async () => {
    try {
      await program.parseAsync();
    } catch (error) {
      const asked = error instanceof CommanderError && error.exitCode === 0; // help, or the version
      if (!asked) throw error;
    }
  },
  { json: process.argv.includes('--json'), command: () => running },
);
