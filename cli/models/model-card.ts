import { meanText, rangeText } from '#functions/results/format-score.ts';
import type { ModelOrigin } from '#shared/records/models.ts';
import type { Summary } from '#shared/records/summary.ts';
import { recipes } from '#trainer/recipes/recipes.ts';
import { type RunConfig, RunSettings } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';
import type { ExportDtype } from './write-weights.ts';

/** What `--reward` says. */
const REWARD_WORDS = /^reward\.(?:kind|mode|file|sha256|imports)(?:\.|$)/;

/** All that a card tells. */
export interface CardFacts {
  readonly run: string;
  readonly step: number;
  readonly config: RunConfig;
  /** Of oneshot, that stored the run. */
  readonly codeVersion: string;
  readonly dtype: ExportDtype;
  /** The digest of the weights in the store, and that of the files beside the card. */
  readonly stored: string;
  readonly exported: string;
  /** Of the base model; `undefined`: it did not come from a hub. */
  readonly origin: ModelOrigin | undefined;
  /** Of the base and of this step, as far as they were evaluated. */
  readonly base: Summary | undefined;
  readonly scores: Summary | undefined;
}

/** The README of an exported model: Markdown behind what the hub reads of it. */
export function modelCard(facts: CardFacts): string {
  const { run, step, config } = facts;
  const parts = [
    header(facts),
    `# ${run}, step ${step}`,
    `Trained by oneshot ${facts.codeVersion}: reinforcement learning with verifiable rewards, recipe \`${config.recipe}\`, ` +
      `from ${baseName(facts)}. Weights in ${facts.dtype}.`,
    ...scoreSection(facts),
    ...settingSection(config),
    ...reproduction(facts),
    ...digestSection(facts),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** JSON strings are YAML. */
function header({ origin }: CardFacts): string {
  const lines = [
    'library_name: transformers',
    'pipeline_tag: text-generation',
    'tags: ["reinforcement-learning", "rlvr", "oneshot-rlvr"]',
    ...(origin ? [`base_model: ${JSON.stringify(origin.model)}`] : []),
    ...(origin?.licence ? [`license: ${JSON.stringify(origin.licence)}`] : []),
  ];
  return `---\n${lines.join('\n')}\n---`;
}

function baseName({ origin, config }: CardFacts): string {
  if (origin) return `[${origin.model}](https://huggingface.co/${origin.model}) at commit ${origin.commit}`;
  const shipped = recipeOf(config)?.model;
  return shipped
    ? `${shipped}, a base that comes with oneshot or a folder given instead`
    : 'a folder of its user';
}

function scoreSection({ base, scores, step }: CardFacts): readonly string[] {
  if (!scores) return [];
  const tables = Object.entries(scores.graders).map(([grader, { average, benchmarks }]) => {
    const before = step > 0 ? base?.graders[grader] : undefined;
    const rows = benchmarks.map(({ benchmark, problems, samplesPerProblem, score }) => [
      ...[benchmark, String(problems), String(samplesPerProblem)],
      ...(before ? [scoreText(before.benchmarks.find((other) => other.benchmark === benchmark)?.score)] : []),
      scoreText(score),
    ]);
    const mean = ['**average**', '', '', ...(before ? [scoreText(before.average)] : []), scoreText(average)];
    const head = ['benchmark', 'problems', 'samples of each', ...(before ? ['base'] : []), 'this model'];
    return `${table([head, ...rows, mean])}\n\nGrader \`${grader}\`; evaluation \`${scores.evaluation}\`.`;
  });
  return [
    '## Scores',
    'Accuracy in %, with its 95 % interval, computed in fp32 from the fp32 weights of the checkpoint.',
    ...tables,
  ];
}

function scoreText(score: Parameters<typeof meanText>[0] | undefined): string {
  return score ? `${meanText(score)} (${rangeText(score)})` : '–';
}

function settingSection(config: RunConfig): readonly string[] {
  const defaults = RunSettings.parse({ recipe: config.recipe, steps: config.steps });
  const changed = differences(config, defaults).map(([name, value]) => [`\`${name}\``, code(value)]);
  const rows = [['setting', 'value'], ['`steps`', String(config.steps)], ...changed];
  return ['## Settings', 'All that differ from the defaults of oneshot.', table(rows)];
}

function reproduction({ run, config, origin }: CardFacts): readonly string[] {
  const recipe = recipeOf(config);
  const model = origin ? `${origin.model}@${origin.commit}` : 'BASE';
  // A fork has its base from the run that it forks.
  const given = config.fork || (recipe?.model && !origin) ? [] : ['--model', model];
  const like = RunSettings.parse({ ...recipe?.settings, recipe: config.recipe, steps: config.steps });
  const settings = differences(config, like).filter(([name]) => !REWARD_WORDS.test(name));
  const words = [
    ...['oneshot', 'train', config.recipe, '--name', run, ...given],
    ...['--steps', String(config.steps)],
    ...(config.fork ? ['--fork', forkText(config.fork.checkpoint)] : []),
    ...(recipe?.data ? [] : ['--data', 'EXAMPLES.jsonl']),
    ...rewardWords(config, like),
    ...settings.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  return [
    '## Reproduce',
    `\`\`\`sh\n${words.map(quoted).join(' ')}\n\`\`\``,
    `The examples have the sha256 \`${config.examples}\`. On the same torch, instruction set and thread count the result is ` +
      'the same to the bit.',
  ];
}

function rewardWords({ reward }: RunConfig, like: RunSettings): readonly string[] {
  if (JSON.stringify(reward) === JSON.stringify(like.reward)) return [];
  if (reward.kind === 'module') return ['--reward', `./${reward.file}`];
  return ['--reward', reward.kind === 'verifier' ? reward.mode : reward.kind];
}

/** `runs/{run}/checkpoints/{step}-{e}.json` as `--fork` takes it. */
function forkText(checkpoint: string): string {
  const { run = '', step = '' } =
    /^runs\/(?<run>[^/]+)\/checkpoints\/(?<step>\d+)-/.exec(checkpoint)?.groups ?? {};
  return `${run}@${Number(step)}`;
}

function digestSection({ stored, exported, config }: CardFacts): readonly string[] {
  const rows = [
    ['of', 'digest'],
    ['these files, as `oneshot model push` prints it', `\`${exported}\``],
    ['the checkpoint in its store', `\`${stored}\``],
    ['the base', `\`${config.model}\``],
  ];
  return ['## Digests', table(rows)];
}

/** Settings by name whose value is another, as `--set` takes them. */
function differences(config: RunSettings, other: RunSettings): readonly (readonly [string, string])[] {
  return [...settingSchemas.keys()]
    .filter((name) => name !== 'steps')
    .flatMap((name) => {
      const [value, its] = [valueAt(config, name), valueAt(other, name)];
      return value === undefined || value === its ? [] : [[name, value] as const];
    });
}

function valueAt(settings: RunSettings, name: string): string | undefined {
  // Settings are objects down to their values.
  const value = name
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], settings);
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

function recipeOf({ recipe }: RunConfig) {
  return recipes.find(({ name }) => name === recipe);
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** As code in a cell of a table, where it may hold anything but line ends. */
function code(text: string): string {
  const shown =
    text === '' ? '(empty)' : text.replaceAll('\n', String.raw`\n`).replaceAll('|', String.raw`\|`);
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

/** As a word of a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
