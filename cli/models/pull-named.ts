import type { HubName } from '#shared/adapters/hub/hub-refusal.ts';
import { hubSettings } from '#shared/adapters/hub/hub-settings.ts';
import { type PulledModel, pullModel } from '#shared/adapters/hub/pull-model.ts';
import type { Progress } from '../terminal/progress.ts';
import { PullProgress } from './pull-progress.ts';

/** Fetches a model of the hub unless the cache has it, and says which commit it is. @throws {KnownError} as `pullModel` does */
export async function pullNamed(
  name: HubName,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<PulledModel> {
  const { model, revision } = name;
  progress.show({ phase: 'asking', text: `asking the hub for ${model}` });
  const pace = new PullProgress(model, performance.now());
  const pulled = await pullModel(hubSettings(env), name, {
    onBytes: (counted) => progress.show(pace.entry(counted, performance.now())),
    onAway: ({ message }, commit) =>
      progress.say(
        { event: 'hub-away', model, commit, message },
        `${message}\nGoing on with what the cache holds of ${model}, commit ${commit}.`,
      ),
  }).finally(() => progress.clear());
  const { commit, folder } = pulled;
  progress.note(
    { event: 'model-pulled', model, revision, commit, folder },
    `${model} at ${revision}: commit ${commit}`,
  );
  return pulled;
}
