import {
  aws,
  benchmarkSets,
  choice,
  collect,
  forkPoint,
  GENERATOR,
  headcount,
  headcountOrAuto,
  home,
  json,
  MODEL,
  natural,
  positive,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';
import { UsageError } from '../terminal/usage-error.ts';

export const trainCommand = new StrictCommand('train')
  .example('train micro-pi1', 'one example in the miniature world, with the model that comes along')
  .example(
    'train pi1 --model Qwen/Qwen2.5-Math-1.5B --dry-run',
    'what the paper trains: settings, memory, time, disk',
  )
  .example('train --data mine.jsonl --model ./my-model --steps 100', 'on examples of your own')
  .example('train micro-pi1 --set optim.learningRate=1e-6 --name slow', 'any setting, and a name')
  .example('train --fork my-run@100 --steps 300', 'on from a checkpoint of another run')
  .argument('[recipe]')
  .description('train a recipe; its checkpoints are evaluated meanwhile')
  .option('--model <model>', `base model: ${MODEL}`)
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
      'who draws completions: the engine, onnx (the decoder that scores, on a CPU), or vLLM, which is started for it unless ONESHOT_SAMPLER_URL names servers',
      ['auto', 'engine', 'onnx', 'vllm'],
    ),
  )
  .option('--data <file>', 'your own examples, JSON lines { problem or prompt, answer, id? }')
  .option(
    '--reward <name[=weight]>',
    'a grader, constant, random, or the path of a module with reward(), .ts, .js or .py; several are summed',
    collect,
  )
  .option('--set <name=value>', 'any setting of `oneshot recipes NAME`, as often as needed', collect)
  .option(
    '--config <file>',
    'YAML or JSON of settings and options; what the command line says goes before it',
  )
  .option('--print-config', 'print what would be trained, as --config takes it, and train nothing', false)
  .option(
    '--fork <run[@step]>',
    'start from a checkpoint of another run, optimizer state included',
    forkPoint,
  )
  .option('--checkpoint-every <n>', 'steps between checkpoints', positive)
  .option(
    '--eval-benchmarks <benchmarks>',
    'comma-separated benchmarks of each checkpoint, or files of your own; or none',
    (text) => (text === 'none' ? [] : benchmarkSets(text)),
  )
  .option('--eval-limit <n>', 'only the first problems of each benchmark', positive)
  .option('--generator <name>', `${GENERATOR}; by default auto`)
  .option('--eval-max-tokens <n>', 'new tokens of an evaluated completion', positive)
  .option('--dry-run', 'print the plan: settings, memory, time, disk; fetch, store and start nothing', false)
  .option('--inexact', 'go on under another torch or instruction set than the run began with', false)
  .option('--resample', 'sample a step again whose journal is gone or damaged', false)
  .option('--rewind', 'go back however far where the newest checkpoints are damaged', false)
  .addOption(
    choice(
      '--evaluate <when>',
      'between-steps: by workers beside training, the default here; after training; elsewhere, as by a deployment, the default with --aws; or none',
      ['between-steps', 'after', 'elsewhere', 'none'],
    ),
  )
  .option('--wait', 'go on after training until every checkpoint has its scores', false)
  .option(
    '--alert <url>',
    'POST each alert of the run there as JSON, signed with ONESHOT_ALERT_SECRET (docs/watching.md)',
  )
  .option('--fail-on-alert', 'end with exit code 4 where the run warned of something', false)
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
      const isNone = options.evaluate === 'none';
      if (isNone && benchmarks !== undefined && benchmarks.length > 0)
        throw new UsageError(
          'oneshot train',
          '--evaluate none scores no checkpoint: leave out --eval-benchmarks',
        );
      const { train } = await import('../train/train.ts');
      const evaluation = { benchmarks: isNone ? [] : benchmarks, limit, maxTokens };
      return train(recipe, { ...options, evaluation });
    },
  );
