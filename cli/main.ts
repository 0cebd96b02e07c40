import { availableParallelism } from 'node:os';
import { type Command, CommanderError, Option } from 'commander';
import { GraderName, TemplateKind } from '#shared/records/evaluations.ts';
import { prepareEngine } from './bootstrap/prepare-engine.ts';
import { dataPush } from './commands/data-push.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { evalModel } from './commands/eval.ts';
import { exportRun } from './commands/export.ts';
import { microcosmPretrain } from './commands/microcosm-pretrain.ts';
import { modelPush } from './commands/model-push.ts';
import { listRecipes, showRecipe } from './commands/recipes.ts';
import { tokenCreate, tokenList, tokenRevoke } from './commands/token.ts';
import { train } from './commands/train.ts';
import { verifyAnswer } from './commands/verify.ts';
import { verifyCases } from './commands/verify-batch.ts';
import {
  benchmarkNames,
  collect,
  decimals,
  folder,
  forkPoint,
  graderNames,
  headcount,
  natural,
  oneOf,
  port,
  positive,
  tokenName,
} from './option-values.ts';
import { packageVersion } from './package/package-version.ts';
import { runCommand } from './terminal/run-command.ts';
import { commandPath, StrictCommand } from './terminal/strict-command.ts';

const REAL_BENCHMARKS = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'];

const program = new StrictCommand('oneshot')
  .description('Reinforcement learning with verifiable rewards from one training example.')
  .version(packageVersion)
  .exitOverride()
  .hook('preSubcommand', (_, subcommand) => {
    running = commandPath(subcommand);
  })
  .hook('preAction', (_, action) => {
    running = commandPath(action);
  });
let running = program.name();

const home = () =>
  new Option('--home <dir>', 'folder of the object store, the queues and the cache')
    .argParser(folder)
    .default('.oneshot')
    .env('ONESHOT_HOME');
const choice = (flags: string, description: string, known: readonly string[]) =>
  new Option(flags, description).choices(known).argParser(oneOf(known)); // names the nearest, besides
const aws = () =>
  new Option('--aws <file>', 'deployment to work in: what `cdk deploy --outputs-file` wrote').env(
    'ONESHOT_AWS',
  );
const json = () => new Option('--json', 'JSON lines instead of text').default(false);

program
  .command('demo')
  .description(
    '1-shot RLVR in a miniature world, with its baseline, scores and a report; minutes on a laptop',
  )
  .option('--quick', 'a run under half a minute that shows the path, not the learning', false)
  .addOption(home())
  .addOption(json())
  .action((options: { quick: boolean; home: string; json: boolean }) => demo(options));

program
  .command('train [recipe]')
  .description('train a recipe; every checkpoint is evaluated as it is written')
  .option('--model <dir>', 'Hugging Face folder of the base model')
  .option('--name <run>', 'name of the run; by default a digest of its config')
  .option('--steps <n>', 'optimizer steps', positive)
  .option('--prompts <n>', 'prompts of a step', positive)
  .option('--samples <n>', 'completions of each prompt', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .option('--seed <n>', 'seed of data order and sampling', natural)
  .option('--threads <n>', 'torch threads', headcount)
  .addOption(
    choice(
      '--sampler <kind>',
      'who draws completions: the engine, or the vLLM server at ONESHOT_SAMPLER_URL',
      ['engine', 'vllm'],
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
    (
      recipe: string | undefined,
      { evalBenchmarks: benchmarks, evalLimit: limit, evalMaxTokens: maxTokens, ...options },
    ) => train(recipe, { ...options, evaluation: { benchmarks, limit, maxTokens } }),
  );

program
  .command('eval')
  .description('score a model folder on benchmarks')
  .requiredOption('--model <dir>', 'Hugging Face folder')
  .requiredOption('--benchmarks <names>', 'comma-separated benchmarks', benchmarkNames)
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .addOption(choice('--template <kind>', 'prompt format', TemplateKind.options).default('chat'))
  .option('--graders <names>', `comma-separated graders: ${GraderName.options.join(', ')}`, graderNames, [
    'reward',
  ])
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((options) => evalModel(options));

program
  .command('export <run> <dir>')
  .description('write the curves of a run and the scores of its checkpoints for another tool')
  .addOption(
    choice('--to <tool>', 'TensorBoard event files, or an offline run of Weights & Biases', [
      'tensorboard',
      'wandb',
    ]).makeOptionMandatory(),
  )
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((run: string, directory: string, options) => exportRun(run, directory, options));

const data = program.command('data').description('problem sets in the store');
data
  .command('push')
  .argument('[names...]', 'such as micro-aime24', (name, before: string[] = []) => [
    ...before,
    ...benchmarkNames(name),
  ])
  .description('bring benchmarks into the store; all six real ones by default')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((benchmarks: string[], options) =>
    dataPush(benchmarks.length > 0 ? benchmarks : REAL_BENCHMARKS, options),
  );

const model = program.command('model').description('models in the store');
model
  .command('push <dir>')
  .description('bring a Hugging Face folder into the store and print its digest')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((directory: string, options) => modelPush(directory, options));

program
  .command('verify')
  .description(
    'judge an answer against a reference answer: exits with 0 if it is correct, 1 if not, 2 on failure; or a file of them',
  )
  .option('--gold <answer>', 'reference answer; of several, any one counts', collect)
  .addOption(new Option('--answer <text>', 'a bare answer').conflicts('completion'))
  .option('--completion <text>', 'a whole completion, in which the answer is looked for')
  .addOption(
    new Option(
      '--batch <file>',
      'instead: JSON lines { id, gold, answer | completion }, - for standard input',
    ).conflicts(['gold', 'answer', 'completion', 'explain']),
  )
  .option('--out <file>', 'file of the results of a batch, instead of standard output')
  .option('--workers <n>', 'threads of a batch', headcount, availableParallelism())
  .addOption(
    choice('--mode <name>', 'how a completion is read and judged', GraderName.options).default('benchmark'),
  )
  .option(
    '--tolerance <x>',
    'absolute tolerance of numbers; a comma-separated one for each of a list',
    decimals,
  )
  .option(
    '--significant-digits <n>',
    'an answer is right that rounds to the gold in so many digits',
    positive,
  )
  .option('--unit <latex>', 'unit that stands after the gold')
  .option('--explain', 'say how the verdict came about', false)
  .addOption(json())
  .action(({ tolerance, significantDigits, unit, ...settings }, command: Command) => {
    const options = given({ tolerance, significantDigits, unit });
    if (settings.batch !== undefined) return verifyCases({ ...settings, options });
    const judged = settings.answer ?? settings.completion;
    if (settings.gold && judged !== undefined) return verifyAnswer({ ...settings, options });
    return command.error('give --gold with --answer or --completion, or --batch with a file');
  });

program
  .command('serve')
  .description('the HTTP API on this machine, with workers behind it; GET /docs says what it can do')
  .option('--port <n>', 'port on 127.0.0.1; 0 takes any that is free', port, 8642)
  .option('--workers <n>', 'workers', headcount, 1)
  .option('--threads <n>', 'threads of each worker', headcount, 1)
  .option('--token-file <file>', 'file that holds the token to accept, instead of a new one that is printed')
  .addOption(home())
  .addOption(json())
  // Loaded on demand: no other command needs the HTTP server.
  .action(async (options) => (await import('./commands/serve.ts')).serve(options));

const token = program.command('token').description('tokens for the HTTP API');
token
  .command('create')
  .description('create a token and print it, this once')
  .requiredOption('--name <text>', 'who will use it', tokenName)
  .addOption(choice('--scope <scope>', 'what it allows', ['read', 'write']).default('read'))
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((options) => tokenCreate(options));
token
  .command('list')
  .description('who holds tokens')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((options) => tokenList(options));
token
  .command('revoke <id>')
  .description('end a token at once')
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action((id: string, options) => tokenRevoke(id, options));

program
  .command('recipes [name]')
  .description('list the recipes, or every setting of one, by the names that `train --set` takes')
  .addOption(json())
  .action((name: string | undefined, options: { json: boolean }) =>
    name === undefined ? listRecipes(options) : showRecipe(name, options),
  );

program
  .command('doctor')
  .description('check what oneshot needs of this machine; with --aws instead, whether a deployment is well')
  .addOption(home())
  .addOption(aws())
  .addOption(json())
  .action(async ({ aws, ...options }: { home: string; aws?: string; json: boolean }) => {
    if (aws === undefined) return doctor(options);
    // It brings the AWS SDK, which no other command is to wait for.
    const { doctorAws } = await import('./commands/doctor-aws.ts');
    return doctorAws({ aws, json: options.json });
  });

program
  .command('bootstrap')
  .description("set up the engine's Python environment; does nothing when it is up to date")
  .addOption(json())
  .action(async (options: { json: boolean }) => {
    await prepareEngine({ json: options.json });
  });

program
  .command('microcosm')
  .description('the miniature world of the demo')
  .command('pretrain')
  .description('make a base model from nothing, the same bytes each time')
  .addOption(choice('--habit <name>', 'box habit of the web text', ['62-46', '70-35']).default('62-46'))
  .option('--output <dir>', 'folder to write', folder, 'micro-base')
  .option('--threads <n>', 'torch threads', headcount, 1)
  .addOption(json())
  .action((options) => microcosmPretrain(options));

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

/** Leaves out what was not given. */
function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
