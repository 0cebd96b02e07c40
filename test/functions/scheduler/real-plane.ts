import { sweep } from '#functions/sweep/sweep.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { type Message, RoundManifest } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { missingItems, readParts } from '#shared/storage/completion-part.ts';
import { keys, parseOutcome } from '#shared/storage/keys.ts';
import { putObject } from '#shared/storage/put-object.ts';
import { findObject } from '#shared/storage/read-object.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { SmallWorld } from '../small-world.ts';
import type { MakePlane } from './explore.ts';
import { type Oracle, oracleOf, summaryWith, textOf } from './oracle.ts';
import type { Outlet, Plane, RoundView, Worker } from './plane.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { type Stages, stages as sound } from './stages.ts';
import { SteppedStore } from './stepped-store.ts';
import { SteppedWorker, type Take } from './stepped-worker.ts';

/** Time left to a worker that makes completions, ms, where looking at the clock takes `LOOK_MS`. */
const TIMES_MS = [Number.POSITIVE_INFINITY, 1_000, 25_000];
const LOOK_MS = 4_000;

/** The stages of `functions/` over a store in memory, as a plane that a schedule can run. */
export function realPlane(stages: Stages = sound): MakePlane<Message> {
  return async (scenario, random) => {
    const oracle = await oracleOf(scenario.shards, scenario.items);
    const store = new MemoryStore();
    for (const [key, body] of oracle.blank) await store.putOnce(key, body);
    return new RealPlane(store, oracle, scenario, random, stages);
  };
}

class RealPlane implements Plane<Message> {
  readonly violations: string[] = [];
  readonly #store: ObjectStore;
  readonly #oracle: Oracle;
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #stages: Stages;
  #now = 1000;

  constructor(store: ObjectStore, oracle: Oracle, scenario: Scenario, random: Random, stages: Stages) {
    this.#store = store;
    this.#oracle = oracle;
    this.#scenario = scenario;
    this.#random = random;
    this.#stages = stages;
  }

  nameOf(message: Message): string {
    if (message.type === 'checkpoint-committed') return 'plan 0 0';
    if (message.type === 'evaluation-requested') return `plan ${message.round} 0`;
    return `${message.type.replace('-shard', '')} ${message.round} ${message.shard}`;
  }

  async ask(round: number): Promise<Message> {
    const limit = this.#scenario.tooCheap ? { maxCostUsd: 0 } : {};
    const pending = { schemaVersion: 1, createdAt: this.#now, ...limit };
    await putObject(this.#store, keys.pendingEvaluation(this.#ref(round)), pending);
    return { schemaVersion: 1, type: 'evaluation-requested', ...this.#ref(round) };
  }

  async cancel(round: number): Promise<void> {
    await putObject(this.#store, keys.cancelled(this.#ref(round)), { schemaVersion: 1 });
  }

  handle(message: Message, outlet: Outlet<Message>): Worker {
    return this.#worker(message, outlet, (world) => this.#stages.handle(world, message));
  }

  bury(message: Message, outlet: Outlet<Message>): Worker {
    return this.#worker(message, outlet, async (world, take) => {
      const before = await take('look', () => this.#rescuable(message));
      await this.#stages.bury(world, message);
      const after = await take('look', () => this.#failedBy(message));
      if (before && after !== undefined) this.violations.push(`${before}, but ended as ${after}`);
    });
  }

  sweep(outlet: Outlet<Message>): Worker {
    const due = { patienceMs: 1, intervalMs: Number.POSITIVE_INFINITY };
    const run = (take: Take) => {
      const { store, send } = this.#world(new SteppedStore(this.#store, take), take, outlet);
      return sweep({ store, send, clock: { now: () => this.#now }, ...due });
    };
    return new SteppedWorker(run, outlet.log, (error) => this.#judge(error));
  }

  async view(round: number): Promise<RoundView> {
    const ref = this.#ref(round);
    const store = this.#store;
    const folder = keys.rounds(ref.evaluation) + String(round).padStart(2, '0');
    const outcomes = new Map<number, string>();
    for (const key of await store.list(keys.outcomes(ref))) {
      outcomes.set(parseOutcome(key), await this.#outcomeOf(key));
    }
    const contents = await SmallWorld.over(store).contents(`${folder}/`);
    const refused = (await store.get(keys.refused(ref))) !== undefined;
    // A retry of a refused evaluation lists it; a plan worker that was given up for dead may have done so before.
    const listings = (await store.list(keys.evaluationEntries)).length;
    if (round === 0 && !refused && listings > 1) this.violations.push('the evaluation is listed twice');
    return {
      pending: (await store.get(keys.pendingEvaluation(ref))) !== undefined,
      planned: (await store.get(keys.roundManifest(ref))) !== undefined,
      refused,
      summary: await textOf(store, keys.summary(ref)),
      expected: () => this.#expected(round, outcomes),
      outcomes,
      contents: JSON.stringify([...contents]),
    };
  }

  #ref(round: number): { readonly evaluation: string; readonly round: number } {
    return { evaluation: this.#oracle.evaluation, round };
  }

  #worker(
    message: Message,
    outlet: Outlet<Message>,
    run: (world: SmallWorld, take: Take) => Promise<void>,
  ): Worker {
    const { acknowledge, log } = outlet;
    const context = { message, acknowledge, random: this.#random };
    const begin = (take: Take) => {
      const store = this.#stages.through(new SteppedStore(this.#store, take), context);
      return run(this.#world(store, take, outlet), take);
    };
    return new SteppedWorker(begin, log, (error) => this.#judge(error));
  }

  #world(store: ObjectStore, take: Take, outlet: Outlet<Message>): SmallWorld {
    const world = SmallWorld.over(store);
    let leftMs = this.#random.pick(TIMES_MS);
    world.now = this.#now++;
    world.batch = 1;
    world.expectedTokens = Number.POSITIVE_INFINITY;
    world.remainingMs = () => {
      leftMs -= LOOK_MS;
      return leftMs;
    };
    world.send = (message) => take(`send ${this.nameOf(message)}`, async () => outlet.send(message));
    // Batches may arrive in part before they fail: each message is a step that may.
    world.sendAll = async (messages) => {
      for (const message of messages) await world.send(message);
    };
    return world;
  }

  /** No step of a sound plane fails by itself. */
  #judge(error: unknown): void {
    const code = error instanceof KnownError ? error.code : 'defect';
    this.violations.push(`a stage met ${code}: ${messageOf(error)}`);
  }

  /** Why a dead message must not fail its shard or its round, if it must not. */
  async #rescuable(message: Message): Promise<string | undefined> {
    if (message.type === 'verify-shard') return undefined;
    if ((await this.#failedBy(message)) !== undefined) return undefined;
    const round = message.type === 'checkpoint-committed' ? 0 : message.round;
    const manifest = await findObject(this.#store, keys.roundManifest(this.#ref(round)), RoundManifest);
    if (message.type !== 'generate-shard') return manifest && 'the round was planned';
    const parts = await readParts(this.#store, manifest?.generation ?? '', message.shard);
    const missing = missingItems(manifest?.shards[message.shard]?.items ?? [], parts);
    return missing.length === 0 ? 'the completions were complete' : undefined;
  }

  /** What a dead message made of its shard or its round. */
  async #failedBy(message: Message): Promise<string | undefined> {
    if (message.type === 'checkpoint-committed') return undefined;
    if (message.type === 'evaluation-requested') return textOf(this.#store, keys.refused(message));
    const outcome = await textOf(this.#store, keys.outcome(message, message.shard));
    return outcome?.includes('generate-dead') ? outcome : undefined;
  }

  /** `scored` only if it is what the oracle scored. */
  async #outcomeOf(key: string): Promise<string> {
    const text = (await textOf(this.#store, key)) ?? '';
    const right = this.#oracle.scored.get(parseOutcome(key)) === text;
    return right ? 'scored' : (/"reason":"([^"]*)"/.exec(text)?.[1] ?? text);
  }

  async #expected(round: number, outcomes: ReadonlyMap<number, string>): Promise<string | undefined> {
    const manifest = await findObject(this.#store, keys.roundManifest(this.#ref(round)), RoundManifest);
    if (!manifest?.shards.every(({ shard, from }) => from !== undefined || outcomes.has(shard)))
      return undefined;
    const failures = new Map([...outcomes].filter(([, outcome]) => outcome !== 'scored'));
    return summaryWith(failures, round, manifest, this.#oracle);
  }
}
