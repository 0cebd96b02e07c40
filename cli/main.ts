/**
 * The command line: `oneshot COMMAND …`.
 *
 * `commands/` declares what each command takes; what a command does lies in the room of its matter and is loaded when
 * it runs, so that help and errors of usage wait for nothing. The rooms from the top: demo · train · compare, completions,
 * evaluate, export, lists, logs, removal, samples, tokens, serve, verify, doctor · plan · machine · models, vllm · push, report ·
 * bootstrap, processes · data, named · terminal, package. None imports one above it.
 */
import { CommanderError } from '@commander-js/extra-typings';
import { benchmarksCommand } from './commands/benchmarks.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { compareCommand } from './commands/compare.ts';
import { completionsCommand } from './commands/completions.ts';
import { dataCommand } from './commands/data.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { evaluationsCommand } from './commands/evaluations.ts';
import { exportCommand } from './commands/export.ts';
import { gateCommand } from './commands/gate.ts';
import { gcCommand } from './commands/gc.ts';
import { logsCommand } from './commands/logs.ts';
import { microcosmCommand } from './commands/microcosm.ts';
import { modelCommand } from './commands/model.ts';
import { modelsCommand } from './commands/models.ts';
import { recipesCommand } from './commands/recipes.ts';
import { reportCommand } from './commands/report.ts';
import { rmCommand } from './commands/rm.ts';
import { runsCommand } from './commands/runs.ts';
import { samplesCommand } from './commands/samples.ts';
import { serveCommand } from './commands/serve.ts';
import { tokenCommand } from './commands/token.ts';
import { trainCommand } from './commands/train.ts';
import { verifyCommand } from './commands/verify.ts';
import { vllmCommand } from './commands/vllm.ts';
import { packageVersion } from './package/package-version.ts';
import { runCommand } from './terminal/run-command.ts';
import { commandPath, StrictCommand } from './terminal/strict-command.ts';

const program = new StrictCommand('oneshot')
  .description('Reinforcement learning with verifiable rewards from one training example.')
  .version(packageVersion)
  .hook('preSubcommand', (_, subcommand) => {
    running = commandPath(subcommand);
  })
  .hook('preAction', (_, action) => {
    running = commandPath(action);
  })
  .addCommand(demoCommand)
  .addCommand(trainCommand)
  .addCommand(evalCommand)
  .addCommand(reportCommand)
  .addCommand(exportCommand)
  .addCommand(dataCommand)
  .addCommand(benchmarksCommand)
  .addCommand(completionsCommand)
  .addCommand(modelCommand)
  .addCommand(runsCommand)
  .addCommand(evaluationsCommand)
  .addCommand(modelsCommand)
  .addCommand(samplesCommand)
  .addCommand(compareCommand)
  .addCommand(gateCommand)
  .addCommand(logsCommand)
  .addCommand(rmCommand)
  .addCommand(gcCommand)
  .addCommand(verifyCommand)
  .addCommand(serveCommand)
  .addCommand(tokenCommand)
  .addCommand(recipesCommand)
  .addCommand(doctorCommand)
  .addCommand(bootstrapCommand)
  .addCommand(vllmCommand)
  .addCommand(microcosmCommand);
let running = program.name();

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
