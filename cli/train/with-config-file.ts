import { defined } from '#shared/defined.ts';
import type { ConfigFile } from './read-config-file.ts';
import type { RunOverrides } from './run-overrides.ts';

/** The settings that options of their own say. */
const OPTIONS = {
  steps: 'steps',
  prompts: 'prompts',
  samples: 'samples',
  checkpointEvery: 'checkpointEvery',
  maxTokens: 'sampling.maxTokens',
  seed: 'sampling.seed',
  threads: 'engine.threads',
  sampler: 'sampler',
  reward: 'reward',
} as const satisfies Partial<Record<keyof RunOverrides, string>>;

/**
 * What a config file and the command line change together. Where both speak, the command line has the word: an option
 * before the file, and `--set` before both.
 */
export function withConfigFile<O extends RunOverrides>(file: ConfigFile, options: O): O {
  const { model, name, fork, data, reward, evaluation, settings } = file;
  const said = Object.entries(OPTIONS).flatMap(
    ([option, setting]) => (options[option as keyof typeof OPTIONS] === undefined ? [] : [setting]), // its own keys
  );
  const left = settings.filter(
    (setting) => !said.some((each) => setting.name === each || setting.name.startsWith(`${each}.`)),
  );
  return {
    ...defined({ model, name, fork, data, reward }),
    // The same options, none of which becomes another's.
    ...(defined(options) as O),
    evaluation: { ...evaluation, ...defined(options.evaluation ?? {}) },
    set: [...left.map(({ assignment }) => assignment), ...(options.set ?? [])],
  };
}
