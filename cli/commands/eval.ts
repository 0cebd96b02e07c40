import { parseBenchmark } from '#shared/benchmarks/benchmark-names.ts';
import {
  aws,
  benchmarkSets,
  checkpointSteps,
  choice,
  folder,
  GENERATOR,
  GRADERS,
  graderNames,
  headcount,
  home,
  json,
  MODEL,
  positive,
  precisionNames,
  recording,
  settlePlace,
  TEMPLATES,
  workingServer,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';
import { UsageError } from '../terminal/usage-error.ts';

export const evalCommand = new StrictCommand('eval')
  .example('eval my-run', 'the checkpoints of a run that have no scores yet')
  .example('eval --model Qwen/Qwen2.5-Math-1.5B --benchmarks math500,aime24', 'a model of the hub')
  .example('eval --model ./my-model --benchmark my-problems.jsonl', 'on problems of your own')
  .example(
    'eval --model ./my-model --benchmarks math500 --precision fp32,int8 --compare',
    'whether fewer bits cost points',
  )
  .example('eval --watch checkpoints/ --benchmarks micro-aime24 --once', 'what another trainer has written')
  .argument('[run]')
  .summary('score a model, or the checkpoints of a run, on benchmarks')
  .description('score a model on benchmarks, or the checkpoints of a run that have no scores yet')
  .option('--model <model>', MODEL)
  .option(
    '--watch <dir>',
    'folder in which another trainer leaves its checkpoints: each is scored as it appears',
    folder,
  )
  .option('--once', 'of --watch: score what is there and end', false)
  .option('--checkpoints <steps>', 'of the run: comma-separated steps, or last', checkpointSteps)
  .option('--every <n>', 'of the run: checkpoints at multiples of so many steps', positive)
  .option(
    '--benchmarks <benchmarks>',
    'comma-separated benchmarks; of a run: instead of its own',
    benchmarkSets,
  )
  .option(
    '--benchmark <benchmark>',
    'one more: a name, or JSON lines of your own { problem, answer, id? }; as often as needed',
    (text, before: string[] = []) => [...before, parseBenchmark(text)],
  )
  .option(
    '--completions <sha256>',
    'of a model: recorded ones, by the name that `completions push` printed',
    recording,
  )
  .option('--limit <n>', 'only the first problems of each benchmark', positive)
  .option('--max-tokens <n>', 'new tokens of a completion', positive)
  .option('--samples <n>', 'samples of each problem, of benchmarks that are not decoded greedily', positive)
  .addOption(choice('--template <kind>', "prompt format; by default chat, or the run's own", TEMPLATES))
  .option(
    '--graders <graders>',
    `comma-separated graders: ${GRADERS.join(', ')}; by default reward, or the run's own`,
    graderNames,
  )
  .option('--generator <name>', `${GENERATOR}; by default auto, or the run's own`)
  .option(
    '--precision <names>',
    'in which it computes, fp32, bf16, int8 or int4; int8 and int4, of the decoder, are faster and other scores; several, comma-separated, with --compare; by default fp32',
    precisionNames,
  )
  .option(
    '--compare',
    'of a model in several precisions: hold the scores of each against those of the first, problem by problem',
    false,
  )
  .option(
    '--workers <n>',
    'workers; by default as many as are the fastest here, measured once (see `oneshot doctor`)',
    headcount,
  )
  .option('--threads <n>', 'threads of each worker; by default the cores, divided among them', headcount)
  .addOption(workingServer())
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .hook('preAction', settlePlace)
  .action(async (run, { model, watch, once, checkpoints, every, completions, server, ...given }) => {
    const { benchmarks: listed, benchmark: single, precision: precisions = [], compare, ...rest } = given;
    const options = { ...rest, precision: precisions[0] };
    const benchmarks = listed || single ? [...(listed ?? []), ...(single ?? [])] : undefined;
    const named = [run, model, watch].filter((each) => each !== undefined);
    if (named.length !== 1) throw usage('name one thing to score: a RUN, a --model or a folder to --watch');
    if (server !== undefined && model === undefined)
      throw usage('--server scores a model that is stored there: name it by --model');
    if (compare && (model === undefined || server !== undefined || precisions.length < 2))
      throw usage('--compare is about one --model here, in several precisions: --precision fp32,int8');
    if (!compare && precisions.length > 1) throw usage('several precisions are compared: add --compare');
    if (run !== undefined) {
      if (completions) throw usage('--completions are those of one --model');
      if (once) throw usage('--once is about a folder to --watch');
      const { evalRun } = await import('../evaluate/eval-run.ts');
      return evalRun(run, { ...options, benchmarks, checkpoints, every });
    }
    if (checkpoints ?? every) throw usage('--checkpoints and --every pick checkpoints of a RUN: name one');
    if (benchmarks === undefined)
      throw usage('say what to score it by: --benchmarks, or --benchmark with a name or a file');
    if (watch !== undefined) {
      if (completions) throw usage('--completions are those of one --model');
      return (await import('../evaluate/watch-folder.ts')).watchFolder(watch, {
        ...options,
        benchmarks,
        once,
      });
    }
    if (once) throw usage('--once is about a folder to --watch');
    if (completions && options.generator)
      throw usage('--completions are made already: they need no --generator');
    if (completions && options.precision)
      throw usage('--completions are made already: they have no --precision of yours');
    if (server !== undefined) {
      const { evalServed } = await import('../evaluate/eval-served.ts');
      return evalServed(model as string, server, { ...options, benchmarks, completions });
    }
    if (compare) {
      const { evalPrecisions } = await import('../evaluate/eval-precisions.ts');
      return evalPrecisions(model as string, precisions, { ...options, benchmarks });
    }
    await (await import('../evaluate/eval-model.ts')).evalModel(model as string, {
      ...options,
      benchmarks,
      completions,
    }); // the one of the three that is left
  });

function usage(what: string): UsageError {
  return new UsageError('oneshot eval', what);
}
