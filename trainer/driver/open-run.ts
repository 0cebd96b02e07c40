import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { explainingDisk, removeLeftover } from '#shared/adapters/disk/explain-disk-error.ts';
import { fetchModelFolder } from '#shared/adapters/local/model-folder.ts';
import type { GpuLock } from '#shared/adapters/vllm/gpu-lock.ts';
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
import { makeSampler } from '../samplers/make-sampler.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { turnsOf } from '../samplers/server-env.ts';
import { stopTokens } from '../samplers/stop-tokens.ts';
import type { Reward, RunConfig } from '../settings/config.ts';
import type { DriverPlace } from './open-driver-place.ts';
import { makePublicationFolder } from './scratch-folder.ts';

/** A stored run with all that its training needs, whichever engine trains it. */
export interface OpenRun {
  readonly id: string;
  readonly inputs: RunInputs;
  /** Folder of the base model. */
  readonly baseFolder: string;
  /** Makes the sampler of one engine. */
  readonly makeSampler: (engine: EngineClient, claim: Claim) => Sampler;
  /** Does a step's work while nobody else computes on the engine's GPU. */
  readonly inTurn: GpuLock;
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
  readonly log: (event: DriverEvent) => void;
  readonly onTrainingSet: (set: TrainingSet) => void;
}

/** @throws {KnownError} `data-empty`, `data-invalid`, `reward-module-invalid`, `sampler-needed`; as store and disk do */
export async function openRun(
  id: string,
  config: RunConfig,
  { store, cache, scratch, python, interruption, log, onTrainingSet }: OpenPorts,
): Promise<OpenRun> {
  const baseFolder = await fetchModelFolder(store, config.model, cache);
  const tokenizer = await loadTokenizer(baseFolder);
  const set = await loadTrainingSet(id, config, { store, baseFolder, tokenizer });
  onTrainingSet(set);
  const { rows, dropped } = set;
  const modules = await fetchModules(config.reward, store, scratch);
  const modulePath = (sha256: string) => modules.get(sha256) as string; // each was fetched
  const grader = await openGrader(config.reward, config.sampling.seed, { modulePath, python });
  const published =
    config.sampler.kind === 'vllm'
      ? await makePublicationFolder(process.env, scratch, id)
      : join(scratch, 'published');
  const turns = turnsOf(process.env, interruption);
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
    makeSampler: makeSampler(config, { published, canaryPrompt, turns, log }, process.env),
    inTurn: turns.step,
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

/** The user's reward modules, by their sha256: each a file in a folder of its own. */
async function fetchModules(
  reward: Reward,
  store: ObjectStore,
  scratch: string,
): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  for (const part of reward.kind === 'sum' ? reward.parts.map((each) => each.reward) : [reward]) {
    if (part.kind !== 'module' || modules.has(part.sha256)) continue;
    const folder = join(scratch, 'reward', part.sha256);
    await explainingDisk(folder, () => mkdir(folder, { recursive: true }));
    await store.getFile(keys.blob(part.sha256), join(folder, part.file));
    modules.set(part.sha256, join(folder, part.file));
  }
  return modules;
}
