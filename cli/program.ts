/**
 * All commands, as `oneshot --help` shows them.
 *
 * `commands/` declares what each takes; what a command does lies in the room of its matter and is loaded when it runs, so
 * that help and errors of usage wait for nothing. The rooms from the top: demo · train · compare, completions, evaluate,
 * export, generate, lists, logs, removal, samples, tokens, serve, shell-completion, verify, doctor · plan · machine · models, results, vllm · push, report ·
 * bootstrap, processes · data, named · help, terminal, package. None imports one above it.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { benchmarksCommand } from './commands/benchmarks.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { compareCommand } from './commands/compare.ts';
import { completionCommand } from './commands/completion.ts';
import { completionsCommand } from './commands/completions.ts';
import { dataCommand } from './commands/data.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evalCommand } from './commands/eval.ts';
import { evaluationsCommand } from './commands/evaluations.ts';
import { exportCommand } from './commands/export.ts';
import { gateCommand } from './commands/gate.ts';
import { gcCommand } from './commands/gc.ts';
import { generateCommand } from './commands/generate.ts';
import { helpCommand } from './commands/help.ts';
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
import { StrictCommand } from './terminal/strict-command.ts';

/** Commands by what somebody wants to do. */
const groups: Readonly<Record<string, readonly CommandUnknownOpts[]>> = {
  'Begin:': [demoCommand, doctorCommand],
  'Train:': [trainCommand, recipesCommand],
  'Score:': [evalCommand, verifyCommand, completionsCommand],
  'Look at results:': [
    serveCommand,
    reportCommand,
    runsCommand,
    evaluationsCommand,
    samplesCommand,
    compareCommand,
    gateCommand,
    logsCommand,
    exportCommand,
  ],
  'Models and data:': [generateCommand, modelCommand, modelsCommand, dataCommand, benchmarksCommand],
  'Housekeeping:': [
    rmCommand,
    gcCommand,
    tokenCommand,
    bootstrapCommand,
    vllmCommand,
    microcosmCommand,
    completionCommand,
    helpCommand,
  ],
};

export const program = new StrictCommand('oneshot')
  .description('Reinforcement learning with verifiable rewards from one training example.')
  .example('demo --quick', 'see the whole path in half a minute: two small runs, their scores and a report')
  .example('train micro-pi1', 'train on one example; run again, it goes on')
  .example('runs', 'what there is, and how far it has come')
  .example('help exit-codes', 'also: help environment, help json')
  .version(packageVersion)
  .option('--quiet', 'neither progress nor notes: results and errors alone', false)
  .helpCommand(false); // there is one of our own

for (const [heading, commands] of Object.entries(groups)) {
  program.commandsGroup(heading);
  for (const command of commands) program.addCommand(command);
}
