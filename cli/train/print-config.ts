import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { defined } from '#shared/defined.ts';
import { canonicalJson } from '#shared/encoding/canonical-json.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import type { AutomaticName } from '#trainer/settings/automatic.ts';
import type { Reward, RunSettings } from '#trainer/settings/config.ts';
import { askRun } from './ask-run.ts';
import { isBuiltIn } from './choose-reward.ts';
import { modelFrom } from './model-from.ts';
import type { RunOverrides } from './run-overrides.ts';

/**
 * What a command would train as a file that `--config` takes, and that is the same run: every setting as settled, and
 * paths that hold anywhere on this machine. Nothing is stored.
 *
 * @throws {KnownError} as `resolveRun` does, for what needs no model, examples or benchmarks
 */
export async function printConfig(
  store: ObjectStore,
  recipe: Recipe | undefined,
  overrides: RunOverrides,
): Promise<string> {
  const run = await askRun(store, recipe, overrides);
  const { fork, data, model, name, reward: texts } = overrides;
  const { origin, recipe: chosen } = run;
  const said = run.reward?.reward;
  const { recipe: _, ...settings } = leftOpen(run.settings, run.automatic);
  return stringify({
    ...defined({
      recipe: chosen?.name,
      name,
      fork: fork && origin && `${fork.split('@')[0]}@${origin.step}`,
    }),
    ...(model !== undefined && { model: modelFrom('.', model) }),
    ...settings,
    data: { ...(data !== undefined && { file: resolve(data) }), ...settings.data },
    reward: texts && said ? withPaths(settings.reward, { texts, reward: said }) : settings.reward,
    evaluation: { ...chosen?.evaluation, ...defined(overrides.evaluation ?? {}) },
  });
}

/** What is left to the machine stays so: the same file may be another machine's. */
function leftOpen({ engine, sampler, ...rest }: RunSettings, automatic: ReadonlySet<AutomaticName>) {
  const auto = (name: AutomaticName, key: string) => (automatic.has(name) ? { [key]: 'auto' } : {});
  return {
    ...rest,
    engine: {
      ...engine,
      ...auto('engine.device', 'device'),
      ...auto('engine.precision', 'precision'),
      ...auto('engine.threads', 'threads'),
    },
    sampler: automatic.has('sampler.kind') ? { kind: 'auto' } : sampler,
  };
}

/** A reward whose modules are files here, by their paths. @param said - what was said of it, and what that was read as */
function withPaths(
  reward: Reward,
  said: { readonly texts: readonly string[]; readonly reward: Reward },
): unknown {
  const [text = ''] = said.texts;
  if (reward.kind === 'module' && said.reward.kind === 'module' && reward.sha256 === said.reward.sha256) {
    const { kind, deadlineMs } = reward;
    return { kind, path: resolve(text), deadlineMs };
  }
  const isAsSaid = canonicalJson(reward) === canonicalJson(said.reward);
  if (reward.kind !== 'sum' || !isAsSaid) return reward;
  return said.texts.map((each) => (isBuiltIn(each) ? each : resolve(each)));
}
