import {
  aws,
  benchmarkNames,
  checkpointSteps,
  choice,
  GRADERS,
  graderNames,
  headcount,
  home,
  json,
  MODEL,
  positive,
  recording,
  TEMPLATES,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';
import { UsageError } from '../terminal/usage-error.ts';

export const evalCommand = new StrictCommand('eval')
  .argument('[run]')
  .description('score a model on benchmarks, or the checkpoints of a run that have no scores yet')
  .option('--model <name>', MODEL)
  .option('--checkpoints <steps>', 'of the run: comma-separated steps, or last', checkpointSteps)
  .option('--every <n>', 'of the run: checkpoints at multiples of so many steps', positive)
  .option('--benchmarks <names>', 'comma-separated benchmarks; of a run: instead of its own', benchmarkNames)
  .option(
    '--completions <sha256>',
    'of a model: recorded ones, by the name that `completions push` printed',
    recording,
  )
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .addOption(choice('--template <kind>', "prompt format; by default chat, or the run's own", TEMPLATES))
  .option(
    '--graders <names>',
    `comma-separated graders: ${GRADERS.join(', ')}; by default reward, or the run's own`,
    graderNames,
  )
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (run, { model, checkpoints, every, completions, ...options }) => {
    if ((run === undefined) === (model === undefined)) throw usage('name a RUN, or a --model');
    if (run !== undefined) {
      if (completions) throw usage('--completions are those of one --model');
      const { evalRun } = await import('../evaluate/eval-run.ts');
      return evalRun(run, { ...options, checkpoints, every });
    }
    if (checkpoints ?? every) throw usage('--checkpoints and --every pick checkpoints of a RUN: name one');
    if (options.benchmarks === undefined) throw usage('a --model needs --benchmarks');
    return (await import('../evaluate/eval-model.ts')).evalModel(model as string, {
      ...options,
      completions,
    }); // there is one or the other
  });

function usage(what: string): UsageError {
  return new UsageError('oneshot eval', what);
}
