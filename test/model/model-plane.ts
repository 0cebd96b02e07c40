import type { MakePlane } from '../functions/scheduler/explore.ts';
import type { Fate, Outlet, Plane, RoundView, Worker } from '../functions/scheduler/plane.ts';
import type { Random } from '../functions/scheduler/random.ts';
import type { Scenario } from '../functions/scheduler/scenario.ts';
import {
  bury,
  generate,
  key,
  type Manifest,
  plan,
  sweep,
  TOO_CHEAP,
  type Variant,
  verify,
} from './protocol.ts';
import { type ModelMessage, type Program, StageFailure, type Step } from './steps.ts';
import { World } from './world.ts';

/** The model as a plane that a schedule can run, sound or with one mistake. */
export function modelPlane(variant?: Variant): MakePlane<ModelMessage> {
  return async (scenario, random) => new ModelPlane(scenario, random, variant);
}

class ModelPlane implements Plane<ModelMessage> {
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #variant: Variant | undefined;

  constructor(scenario: Scenario, random: Random, variant: Variant | undefined) {
    this.#world = new World(random, { eventual: variant === 'lists eventually' });
    this.#scenario = scenario;
    this.#variant = variant;
  }

  get violations(): readonly string[] {
    return this.#world.violations;
  }

  nameOf({ stage, round, shard }: ModelMessage): string {
    return `${stage} ${round} ${shard}`;
  }

  async ask(round: number): Promise<ModelMessage> {
    this.#world.objects.set(key.pending(round), this.#scenario.tooCheap ? TOO_CHEAP : 'unlimited');
    return { stage: 'plan', round, shard: 0 };
  }

  async cancel(round: number): Promise<void> {
    this.#world.objects.set(key.cancelled(round), '');
  }

  handle(message: ModelMessage, outlet: Outlet<ModelMessage>): Worker {
    const programs = { plan, generate, verify };
    return this.#worker(programs[message.stage](message, this.#protocol), outlet);
  }

  bury(message: ModelMessage, outlet: Outlet<ModelMessage>): Worker {
    const nothing = this.#variant === 'has no dead-letter consumer';
    return this.#worker(nothing ? idle() : this.#watched(message), outlet);
  }

  sweep(outlet: Outlet<ModelMessage>): Worker {
    return this.#worker(sweep(), outlet);
  }

  async view(round: number): Promise<RoundView> {
    const { objects } = this.#world;
    const manifest = objects.get(key.manifest(round));
    const shards = JSON.parse(manifest ?? '[]') as Manifest; // what plan put there
    const found = this.#world.keys(key.outcomes(round));
    return {
      pending: objects.has(key.pending(round)),
      planned: manifest !== undefined,
      refused: objects.has(key.refused(round)),
      summary: objects.get(key.summary(round)),
      expected: async () => JSON.stringify(shards.map(({ outcome }) => objects.get(outcome))),
      outcomes: new Map(found.map((name) => [Number(name.split('/').at(-1)), objects.get(name) ?? ''])),
      contents: this.#world
        .keys(`${round}/`)
        .map((name) => `${name} ${objects.get(name)}`)
        .join('\n'),
    };
  }

  get #protocol() {
    return { ...this.#scenario, variant: this.#variant };
  }

  #worker(program: Program, outlet: Outlet<ModelMessage>): Worker {
    let answer: unknown;
    const take = (step: Step) => {
      if (step.do === 'send') return outlet.send(step.message);
      const early = this.#variant === 'acknowledges before it finishes';
      if (early && step.do === 'put' && step.key.includes('/outcomes/')) outlet.acknowledge();
      return this.#world.apply(step);
    };
    return {
      advance: async (fate: Fate) => {
        try {
          const { done, value } = program.next(answer);
          if (done) return 'done';
          if (fate !== 'fails before') answer = take(value);
          outlet.log(() => `${JSON.stringify(value)} ${fate} ${answer}`);
          return fate === 'works' ? 'on' : 'failed';
        } catch (error) {
          if (!(error instanceof StageFailure)) throw error;
          this.#world.violations.push(`a stage met ${error.message}`);
          return 'failed';
        }
      },
    };
  }

  /** Burying, and what it must not do to a round that could still end well. */
  *#watched(message: ModelMessage): Program {
    const { objects, violations } = this.#world;
    const { round, shard } = message;
    const parts = this.#world.keys(key.parts(shard)).map((part) => Number(objects.get(part)));
    const complete = parts.reduce((total, count) => total + count, 0) >= this.#scenario.items;
    const planned = objects.has(key.manifest(round));
    const program = bury(message, this.#protocol);
    for (let step = program.next(); !step.done; step = program.next(yield step.value)) {
      if (step.value.do !== 'put') continue;
      if (step.value.value === 'generate-dead' && complete)
        violations.push(`shard ${shard} failed though its completions were complete`);
      if (step.value.value === 'plan-dead' && planned)
        violations.push(`round ${round} was refused though it was planned`);
    }
  }
}

function* idle(): Program {}
