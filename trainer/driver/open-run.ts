import { join } from 'node:path';
import { removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { GpuLock, LockOptions } from '#shared/adapters/vllm/gpu-lock.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { loadChatTemplate } from '#shared/inference/chat-template.ts';
import { loadTokenizer, type Tokenizer } from '#shared/inference/tokenizer.ts';
import type { NamedMetrics } from '#shared/metrics/metric-table.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import { modelContext } from '../data/model-context.ts';
import { parseExamples, type TrainingRow, type TrainingSet, trainingSet } from '../data/training-set.ts';
import type { EngineClient } from '../engine-client/engine-client.ts';
import type { RunInputs } from '../loop.ts';
import type { Claim } from '../resume/claim.ts';
import { openGrader } from '../rewards/grader.ts';
import { placeModule, rewardFolders } from '../rewards/place-module.ts';
import { makeSampler } from '../samplers/make-sampler.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { turnsOf } from '../samplers/server-env.ts';
import { stopTokens } from '../samplers/stop-tokens.ts';
import { type ModuleReward, type Reward, type RunConfig, singleRewards } from '../settings/config.ts';
import type { PhaseClock } from '../telemetry/phase-clock.ts';
import { usdPerHour } from '../telemetry/usd-per-hour.ts';
import type { DriverPlace } from './open-driver-place.ts';
import { publicationFolder } from './publication-folder.ts';

/** A stored run with all that its training needs, whichever engine trains it. */
export interface OpenRun {
  readonly id: string;
  readonly inputs: RunInputs;
  /** Folder of the base model. */
  readonly baseFolder: string;
  /** Makes the sampler of one engine. */
  readonly makeSampler: (engine: EngineClient, claim: Claim) => Sampler;
  /** Does a step's work while nobody else computes on the engine's device. */
  readonly inTurn: GpuLock;
  /** What an hour of the machine costs, where somebody says it. */
  readonly usdPerHour: number | undefined;
  readonly close: () => Promise<void>;
}

/** What opening a run needs besides its config. */
export interface OpenPorts extends Pick<DriverPlace, 'store' | 'cache'> {
  /** A folder of the driver's own. */
  readonly scratch: string;
  /** Interpreter with the engine's packages. */
  readonly python: string;
  /** Aborted when the driver is to end. */
  readonly interruption: AbortSignal;
  readonly phases: PhaseClock;
  /** How much of a phase is done. */
  readonly onProgress: (done: number, total: number) => void;
  readonly log: (event: DriverEvent) => void;
  readonly onTrainingSet: (set: TrainingSet) => void;
}

/**
 * @throws {KnownError} `data-empty`, `data-invalid`, `price-invalid`, `reward-module-invalid`, `reward-import-missing`,
 *   `reward-package-differs`, `sampler-needed`; as store and disk do
 */
export async function openRun(
  id: string,
  config: RunConfig,
  { store, cache, scratch, python, interruption, phases, onProgress, log, onTrainingSet }: OpenPorts,
): Promise<OpenRun> {
  const price = usdPerHour(process.env); // before anything is fetched
  const baseFolder = await fetchModelFolder(store, config.model, cache);
  const tokenizer = await loadTokenizer(baseFolder);
  const set = await loadTrainingSet(id, config, { store, baseFolder, tokenizer });
  onTrainingSet(set);
  const { rows, dropped } = set;
  const modules = await placeModules(config.reward, store, scratch);
  const modulePath = (reward: ModuleReward) => modules.get(reward) as string; // each was placed
  const grader = await openGrader(config.reward, config.sampling.seed, { modulePath, python });
  const published = await publicationFolder(id, config, { baseFolder, scratch }, process.env);
  const whileWaiting: LockOptions['whileWaiting'] = (wait) => phases.time('turn', wait);
  const turns = turnsOf(process.env, { signal: interruption, whileWaiting });
  const canaryPrompt = (rows[0] as TrainingRow).prompt; // a step needs at least one
  return {
    id,
    inputs: {
      config,
      rows,
      dropped: {
        'data/dropped_overlong': dropped.overlong,
        'data/dropped_invalid_label': dropped.invalidLabel,
      } satisfies NamedMetrics,
      codec: {
        decode: (tokens) => tokenizer.decode(tokens),
        stop: stopTokens(config.sampling.stop, tokenizer),
      },
      grader,
    },
    baseFolder,
    makeSampler: makeSampler(
      config,
      { published, canaryPrompt, turns, interruption, onProgress, log },
      process.env,
    ),
    inTurn: turns.step,
    usdPerHour: price,
    close: async () => {
      await grader.close();
      await removeLeftover(published);
    },
  };
}

interface TrainingSetSources {
  readonly store: ObjectStore;
  readonly baseFolder: string;
  readonly tokenizer: Tokenizer;
}

async function loadTrainingSet(
  id: string,
  config: RunConfig,
  { store, baseFolder, tokenizer }: TrainingSetSources,
): Promise<TrainingSet> {
  const chat = await loadChatTemplate(baseFolder);
  const examples = parseExamples(
    new TextDecoder().decode(await store.get(keys.blob(config.examples))),
    `the examples of run ${id}`,
  );
  const codec = {
    renderChat: (user: string) => chat([{ role: 'user', content: user }]),
    encode: (text: string) => tokenizer.encode(text, { addSpecialTokens: false }),
    context: await modelContext(baseFolder),
  };
  return trainingSet(examples, codec, config);
}

/** The files of the user's reward modules, each in a folder of its own. */
async function placeModules(
  reward: Reward,
  store: ObjectStore,
  scratch: string,
): Promise<ReadonlyMap<ModuleReward, string>> {
  const packageFolders = rewardFolders(process.env);
  const modules = new Map<ModuleReward, string>();
  for (const [p, part] of singleRewards(reward).entries()) {
    if (part.kind !== 'module') continue;
    const folder = join(scratch, 'reward', String(p));
    modules.set(part, await placeModule(part, folder, { store, packageFolders }));
  }
  return modules;
}
