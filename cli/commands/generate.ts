import { Option } from '@commander-js/extra-typings';
import {
  aws,
  collect,
  decoderPrecision,
  headcount,
  home,
  json,
  MODEL,
  minP,
  natural,
  penalty,
  positive,
  temperature,
  topP,
} from '../options.ts';
import { StrictCommand } from '../terminal/strict-command.ts';

export const generateCommand = new StrictCommand('generate')
  .example('generate my-run "What is 2 + 3 ?"', 'what the newest checkpoint of a run answers')
  .example(
    'generate my-run@100 --in asked.jsonl --out answers.jsonl --samples 8 --temperature 0.6',
    'many at a time',
  )
  .example('generate my-run --score --in choices.jsonl', 'which of given answers is the likeliest')
  .argument('<model>', MODEL)
  .argument('[prompt]', 'a text; standard input where neither it nor --in is given')
  .summary('ask a model: a prompt or JSON lines in, text or JSON lines out')
  .description(
    'ask a model. One completion is printed as it comes; several are JSON lines { id, sample, text, finish, tokens } in the order of the prompts',
  )
  .option(
    '--in <file>',
    'JSON lines { id?, prompt | messages }, with --score also choices; - for standard input',
  )
  .option('--out <file>', 'a file of JSON lines, there whole or not at all; - for standard output')
  .addOption(
    new Option('--chat', "the prompt as a user's message; by default where the model has a chat template")
      .default(false)
      .conflicts('raw'),
  )
  .option('--raw', 'the prompt as it is, to be gone on with', false)
  .option('--max-tokens <n>', 'tokens of a completion at most', positive, 512)
  .option('--temperature <t>', '0 takes the most probable token', temperature, 0)
  .option('--top-p <p>', 'draw from the most probable tokens that have this mass', topP, 1)
  .option('--top-k <n>', 'draw from so many of the most probable tokens', positive)
  .option('--min-p <p>', 'draw from tokens with this share of the most probable one at least', minP)
  .option(
    '--repetition-penalty <n>',
    'above 1, tokens that prompt or completion have become less probable',
    penalty,
  )
  .option('--samples <n>', 'completions of each prompt', positive, 1)
  .option('--seed <n>', 'same seed and prompt, same completion', natural, 0)
  .option('--stop <text>', 'ends a completion before this text; may be repeated', collect)
  .addOption(
    new Option(
      '--score',
      'complete nothing: say of the choices of each line of --in how probable they are, as { id, likeliest, choices: [{ text, logprob, logprobs }] }',
    )
      .default(false)
      .conflicts(['samples', 'temperature', 'topP', 'topK', 'minP', 'repetitionPenalty'])
      .conflicts(['maxTokens', 'seed', 'stop', 'logprobs']),
  )
  .option('--logprobs', 'the log-probability of each token in JSON lines', false)
  .addOption(decoderPrecision())
  .option('--threads <n>', 'threads, by default the cores; completions do not depend on them', headcount)
  .addOption(aws())
  .addOption(home())
  .addOption(json())
  .action(async (model, prompt, given, command) => {
    const { machineCores } = await import('../machine/machine-cores.ts');
    const options = { ...given, threads: given.threads ?? (await machineCores()) };
    if (prompt !== undefined && options.in !== undefined)
      return command.error('give a prompt or --in, not both');
    if (options.score) {
      if (options.in === undefined) return command.error('--score reads prompts and choices from --in');
      const { in: path, ...rest } = options;
      return (await import('../generate/score.ts')).scoreChoices(model, { ...rest, in: path });
    }
    if (options.samples > 1 && options.temperature === 0)
      return command.error('samples at temperature 0 are all the same: give --temperature, such as 0.6');
    if (options.stop?.includes('')) return command.error('--stop must not be empty');
    return (await import('../generate/generate.ts')).generate(model, prompt, options);
  });
