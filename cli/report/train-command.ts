import type { ModelOrigin } from '#shared/records/models.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import { recipes } from '#trainer/recipes/recipes.ts';
import { type RunConfig, RunSettings } from '#trainer/settings/config.ts';
import { settingSchemas } from '#trainer/settings/setting-names.ts';

/** What `--reward` says. */
const REWARD_WORDS = /^reward\.(?:kind|mode|file|sha256|imports)(?:\.|$)/;

export interface TrainedRun {
  readonly run: string;
  readonly config: RunConfig;
  /** Of the base model; `undefined`: it did not come from a hub. */
  readonly origin: ModelOrigin | undefined;
}

/** The command line that trains a run again, as a shell takes it. */
export function trainCommand({ run, config, origin }: TrainedRun): string {
  const recipe = recipeOf(config);
  const model = origin ? `${origin.model}@${origin.commit}` : 'BASE';
  // A fork has its base from the run that it forks.
  const given = config.fork || (recipe?.model && !origin) ? [] : ['--model', model];
  const like = RunSettings.parse({ ...recipe?.settings, recipe: config.recipe, steps: config.steps });
  const settings = differingSettings(config, like).filter(([name]) => !REWARD_WORDS.test(name));
  const words = [
    ...['oneshot', 'train', config.recipe, '--name', run, ...given],
    ...['--steps', String(config.steps)],
    ...(config.fork ? ['--fork', forkText(config.fork.checkpoint)] : []),
    ...(recipe?.data ? [] : ['--data', 'EXAMPLES.jsonl']),
    ...rewardWords(config, like),
    ...settings.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
  return words.map(quoted).join(' ');
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

/** Settings by name whose value is another, as `--set` takes them. */
export function differingSettings(
  config: RunSettings,
  other: RunSettings,
): readonly (readonly [string, string])[] {
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

/** The recipe that a run names; `undefined` where this version has none of that name. */
export function recipeOf({ recipe }: Pick<RunConfig, 'recipe'>): Recipe | undefined {
  return recipes.find(({ name }) => name === recipe);
}

/** As a word of a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
