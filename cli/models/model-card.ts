import { meanText, rangeText } from '#functions/results/format-score.ts';
import type { ModelOrigin } from '#shared/records/models.ts';
import type { Summary } from '#shared/records/summary.ts';
import { type RunConfig, RunSettings } from '#trainer/settings/config.ts';
import { differingSettings, recipeOf, trainCommand } from '../report/train-command.ts';
import type { ExportDtype } from './write-weights.ts';

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
  const changed = differingSettings(config, defaults).map(([name, value]) => [`\`${name}\``, code(value)]);
  const rows = [['setting', 'value'], ['`steps`', String(config.steps)], ...changed];
  return ['## Settings', 'All that differ from the defaults of oneshot.', table(rows)];
}

function reproduction({ run, config, origin }: CardFacts): readonly string[] {
  return [
    '## Reproduce',
    `\`\`\`sh\n${trainCommand({ run, config, origin })}\n\`\`\``,
    `The examples have the sha256 \`${config.examples}\`. On the same torch, instruction set and thread count the result is ` +
      'the same to the bit.',
  ];
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
