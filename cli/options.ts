/**
 * Options that several commands take, and the parsers of their values.
 *
 * Every command line loads this file, that of `--help` included, so it imports names and plain rules alone: nothing
 * that needs zod, a store or the engine. Parsers throw `InvalidArgumentError`, to which commander adds the option.
 */

import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { isTokenName } from '#functions/tokens/token-name.ts';
import { parseBenchmark, parseBenchmarkName } from '#shared/benchmarks/benchmark-names.ts';
import { KnownError } from '#shared/errors.ts';
import type { WeightPrecision } from '#shared/inference/graph/weight-precision.ts';
import { didYouMean } from '#shared/nearest.ts';
import type { GraderName, Precision, TemplateKind, VerdictKind } from '#shared/records/evaluations.ts';
import type { HubDataset } from './export/hub-results.ts';

const LAST_PORT = 65_535;

/** The names of a union in the order given; the compiler sees that none is missing and none is wrong. */
// Its keys are the names.
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>) => Object.keys(names) as Name[];

export const GRADERS = namesOf<GraderName>({
  reward: true,
  benchmark: true,
  'paper-train': true,
  'paper-eval': true,
  format: true,
});
export const VERDICTS = namesOf<VerdictKind>({
  correct: true,
  incorrect: true,
  'no-answer': true,
  'too-hard': true,
});
/** In which a generator of evaluations computes. */
const PRECISIONS = namesOf<Precision>({ fp32: true, bf16: true, int8: true, int4: true });

/** In which the decoder computes. */
export const decoderPrecision = () =>
  choice(
    '--precision <name>',
    'in which it computes; int8 and int4 are faster and other texts',
    namesOf<WeightPrecision>({ fp32: true, int8: true, int4: true }),
  ).default('fp32' as const);

export const TEMPLATES = namesOf<TemplateKind>({
  chat: true,
  'qwen25-math-cot': true,
  llama: true,
  'deepseek-distill': true,
});

/** What names a model, wherever one is asked for. */
export const MODEL = 'a Hugging Face folder, org/name[@revision] of the hub, or RUN[@STEP]';
/** What `--generator` says. */
export const GENERATOR =
  'who makes evaluated completions: the decoder (onnx), a vLLM that is started for it (vllm), vLLM where it is installed ' +
  'for CUDA (auto), or a server of ONESHOT_ENDPOINTS by its name';

export const home = () =>
  new Option(
    '--home <dir>',
    'folder of the object store, the queues and the cache; with --aws of the cache alone',
  )
    .argParser(folder)
    .default('.oneshot')
    .env('ONESHOT_HOME');

export const aws = () =>
  new Option('--aws <file>', 'deployment to work in: what `cdk deploy --outputs-file` wrote').env(
    'ONESHOT_AWS',
  );

/** Goes before a home and a deployment, unless the command line names one of those. */
export const server = () =>
  new Option(
    '--server <url>',
    'an API to read from, that of `oneshot serve` or of a deployment; its token is ONESHOT_TOKEN',
  )
    .argParser(address)
    .env('ONESHOT_SERVER');

/** As `server`, where it is asked to work: only on the command line. */
export const workingServer = () =>
  new Option(
    '--server <url>',
    'an API that scores instead: --model is the digest of a model that is stored there; its token is ONESHOT_TOKEN',
  ).argParser(address);

/** For commands that need the store: taken to be refused by `refuseServer`, with what to do instead. */
export const noServer = () => new Option('--server <url>').argParser(address).hideHelp();

/** @throws {KnownError} `store-needed` where the command line names a server */
export function refuseServer(_: CommandUnknownOpts, command: CommandUnknownOpts): void {
  if (command.getOptionValue('server') === undefined) return;
  const message =
    `\`oneshot ${command.name()}\` reads whole records, which the API gives in parts or not at all. Run it where the store is, ` +
    'with --home DIR, or with --aws FILE for a deployment. The pages of a server show the same, each with .json and .csv beside it.';
  throw new KnownError('store-needed', message);
}

/** Has what the command line says of the place go before what the environment says. */
export function settlePlace(_: CommandUnknownOpts, command: CommandUnknownOpts): void {
  const said = ['server', 'aws', 'home'].filter((name) => command.getOptionValueSource(name) === 'cli');
  if (!said.includes('server')) {
    if (said.length > 0) command.setOptionValue('server', undefined);
  } else if (said.length > 1)
    command.error(`--server is a place of its own: leave out --${said.slice(1).join(' and --')}`);
}

/** Lines of a listing. */
export const limit = () => new Option('--limit <n>', 'only the newest').argParser(positive).default(20);

export const json = () => new Option('--json', 'JSON lines instead of text').default(false);

/** An option that takes one of some words; a misspelt one is told which is nearest. */
export const choice = <Flags extends string, const Word extends string>(
  flags: Flags,
  description: string,
  known: readonly Word[],
) => new Option(flags, description).choices(known).argParser(oneOf(known));

export function positive(text: string): number {
  const value = /^-\d+$/.test(text) ? 0 : natural(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be at least 1.');
}

export function natural(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (/^-\d+$/.test(text)) throw new InvalidArgumentError('It must be at least 0.');
  throw new InvalidArgumentError('It must be a whole number.');
}

export function port(text: string): number {
  const value = natural(text);
  if (value <= LAST_PORT) return value;
  throw new InvalidArgumentError(`It must be at most ${LAST_PORT}.`);
}

export function tokenName(text: string): string {
  if (isTokenName(text)) return text;
  throw new InvalidArgumentError('It must have 1 to 100 characters, none of which a terminal would obey.');
}

/** A number of threads or processes; more than any machine has is a slip. */
export function headcount(text: string): number {
  const value = positive(text);
  if (value <= 1024) return value;
  throw new InvalidArgumentError('It must be at most 1024.');
}

/** As `headcount`, or left to the machine. */
export function headcountOrAuto(text: string): number | 'auto' {
  return text === 'auto' ? text : headcount(text);
}

export function decimals(text: string): number | number[] {
  const values = text.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number)));
  const [first, ...others] = values;
  if (first !== undefined && values.every((value) => Number.isFinite(value) && value >= 0)) {
    return others.length === 0 ? first : values;
  }
  throw new InvalidArgumentError('It must be a number of at least 0, or some with commas between them.');
}

/** Of sampling, at least 0. */
export function temperature(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of at least 0.');
}

/** Probability mass that is drawn from. */
export function topP(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 1.');
}

/** Share of the most probable token's probability. */
export function minP(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be at least 0 and at most 1.');
}

/** By which logits are divided. */
export function penalty(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && value <= 10) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 10.');
}

/** Above 0 and at most 1. */
export function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 1, such as 0.02 for two points.');
}

export function folder(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must name a folder.');
}

/** Of a server. */
function address(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It must be a URL that begins with http: or https:.');
}

/** `RUN` or `RUN@STEP`. */
export function forkPoint(text: string): string {
  if (/^[^@]+(@\d+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be RUN or RUN@STEP, such as pi1-long@100.');
}

/** The sha256 of recorded completions. */
export function recording(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the 64 hexadecimal digits that `completions push` printed.');
}

/** Steps of checkpoints, of which `last` is the newest one's. */
export function checkpointSteps(text: string): (number | 'last')[] {
  return names(text).map((name) => (name === 'last' ? name : natural(name)));
}

export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

/** @returns a parser of one of these words */
export function oneOf<T extends string>(known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((word) => word === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${known.join(', ')}.${didYouMean(text, known)}`);
  };
}

export function graderNames(text: string): GraderName[] {
  return [...new Set(names(text).map(oneOf(GRADERS)))];
}

export function precisionNames(text: string): Precision[] {
  return [...new Set(names(text).map(oneOf(PRECISIONS)))];
}

/** A benchmark as an evaluation names it, which need not be one of those that are known here. */
export function benchmarkName(text: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the name of a benchmark, such as aime25.');
}

/** Datasets of the Hub by benchmark: `math500=org/name`, or `math500=org/name:task`. */
export function hubDataset(text: string, before: readonly HubDataset[] = []): HubDataset[] {
  const [, benchmark, id, task = 'default'] = /^([^=]+)=([\w.-]+\/[\w.-]+)(?::([\w.-]+))?$/.exec(text) ?? [];
  if (benchmark === undefined || id === undefined)
    throw new InvalidArgumentError('It must be BENCHMARK=ORG/NAME or BENCHMARK=ORG/NAME:TASK.');
  return [...before, { benchmark: benchmarkName(benchmark), id, task }];
}

/** @throws {KnownError} `benchmark-unknown` */
export function benchmarkNames(text: string): string[] {
  return names(text).map(parseBenchmarkName);
}

/** Names, or paths of problem sets of the user's own. @throws {KnownError} `benchmark-unknown` */
export function benchmarkSets(text: string): string[] {
  return names(text).map(parseBenchmark);
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
