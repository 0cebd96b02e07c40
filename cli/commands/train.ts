import {
  aws,
  benchmarkNames,
  choice,
  collect,
  forkPoint,
  headcount,
  headcountOrAuto,
  home,
  json,
  natural,
  positive,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const trainCommand = new StrictCommand('train')
  .argument('[recipe]')
  .description('train a recipe; every checkpoint is evaluated as it is written')
  .option('--model <dir>', 'Hugging Face folder of the base model')
  .option('--name <run>', 'name of the run; by default a digest of its config')
  .option('--steps <n>', 'optimizer steps', positive)
  .option('--prompts <n>', 'prompts of a step', positive)
  .option('--samples <n>', 'completions of each prompt', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .option('--seed <n>', 'seed of data order and sampling', natural)
  .option('--threads <n>', 'torch threads, or auto: those that evaluations leave', headcountOrAuto)
  .addOption(
    choice(
      '--sampler <kind>',
      'who draws completions: the engine, or the vLLM server at ONESHOT_SAMPLER_URL',
      ['auto', 'engine', 'vllm'],
    ),
  )
  .option('--data <file>', 'your own examples, JSON lines { problem or prompt, answer, id? }')
  .option('--reward <name>', 'a grader, constant, random, or the path of a module that exports reward()')
  .option('--set <name=value>', 'any setting of `oneshot recipes NAME`, as often as needed', collect)
  .option(
    '--fork <run[@step]>',
    'start from a checkpoint of another run, optimizer state included',
    forkPoint,
  )
  .option('--checkpoint-every <n>', 'steps between checkpoints', positive)
  .option('--eval-benchmarks <names>', 'comma-separated benchmarks of each checkpoint', benchmarkNames)
  .option('--eval-limit <n>', 'only the first problems of each benchmark', positive)
  .option('--eval-max-tokens <n>', 'new tokens of an evaluated completion', positive)
  .option('--dry-run', 'print the plan: settings, memory, time, disk; fetch, store and start nothing', false)
  .option('--inexact', 'go on under another torch or instruction set than the run began with', false)
  .option('--resample', 'sample a step again whose journal is gone or damaged', false)
  .option('--rewind', 'go back however far where the newest checkpoints are damaged', false)
  .option('--workers <n>', 'evaluation workers', headcount, 1)
  .option('--eval-threads <n>', 'threads of each worker', headcount, 1)
  .addOption(
    choice('--on <host>', 'where to train: here, or as a Batch job of the deployment that --aws names', [
      'here',
      'aws',
    ]).default('here'),
  )
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(
    async (
      recipe,
      { evalBenchmarks: benchmarks, evalLimit: limit, evalMaxTokens: maxTokens, ...options },
    ) => {
      const { train } = await import('../train/train.ts');
      return train(recipe, { ...options, evaluation: { benchmarks, limit, maxTokens } });
    },
  );
