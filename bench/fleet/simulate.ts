/**
 * A fleet of functions that makes shards, event by event. Nothing here looks at a clock: the same settings and seed give
 * the same fleet.
 */
import { MOST_MEMORY_MIB } from '#functions/admission/decoder-speed.ts';
import { pausesOf, RetryEnv, retryPause } from '#functions/stage/retry-pause.ts';
import { RANGE_BYTES } from '#shared/adapters/disk/save-ranges.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';
import { PRICE } from '../plane/aws-cost.ts';
import type { Asked } from './completions.ts';
import { EventQueue } from './event-queue.ts';
import type { Host } from './host.ts';
import { type Made, makeShard, type Open } from './make-shard.ts';
import { CLOSING_SECONDS, type FleetSettings } from './settings.ts';

export interface FleetResult {
  /** From the first message until the last completion is stored. */
  readonly wallSeconds: number;
  readonly usd: number;
  /** Of `usd`: what the invocations that stored something spent on making completions. */
  readonly computeUsd: number;
  readonly whole: readonly Asked[];
  /** Of messages that were delivered too often; a retried round would make them. */
  readonly dead: readonly Asked[];
  readonly coldStarts: number;
  readonly handOvers: number;
  /** Of `usd`: for storing and reading the keys and values of what was handed over. */
  readonly handOverUsd: number;
  readonly errors: number;
  readonly losses: number;
}

interface Message {
  readonly shard: readonly Open[];
  readonly receives: number;
}

interface Environment {
  /** Times that everything takes as long. */
  readonly slowdown: number;
}

type FleetEvent =
  | { readonly kind: 'grown' }
  | { readonly kind: 'visible'; readonly message: Message }
  | { readonly kind: 'ended'; readonly environment: Environment | undefined; readonly made?: Made };

const STREAM = 2;
const PAUSES = pausesOf(RetryEnv.parse({}));

export function simulate(
  shards: readonly (readonly Asked[])[],
  host: Host,
  settings: FleetSettings,
  seed: number,
): FleetResult {
  return new Fleet(host, settings, new RandomStream(seed, STREAM)).run(shards);
}

class Fleet {
  readonly #host: Host;
  readonly #settings: FleetSettings;
  readonly #random: RandomStream;
  readonly #events = new EventQueue<FleetEvent>();
  readonly #ready: Message[] = [];
  readonly #idle: Environment[] = [];
  readonly #whole: Asked[] = [];
  readonly #dead: Asked[] = [];
  #running = 0;
  #isGrowing = false;
  #billedSeconds = 0;
  #computeSeconds = 0;
  #handOverSeconds = 0;
  #wallSeconds = 0;
  readonly #counts = { invocations: 0, coldStarts: 0, handOvers: 0, errors: 0, losses: 0 };

  constructor(host: Host, settings: FleetSettings, random: RandomStream) {
    this.#host = host;
    this.#settings = settings;
    this.#random = random;
  }

  run(shards: readonly (readonly Asked[])[]): FleetResult {
    for (const shard of shards)
      this.#ready.push({ shard: shard.map((asked) => ({ asked, made: 0, cached: false })), receives: 0 });
    this.#dispatch(0);
    for (let next = this.#events.next(); next; next = this.#events.next()) {
      this.#handle(next.event, next.at);
      this.#dispatch(next.at);
    }
    const usdOf = (seconds: number) => seconds * (MOST_MEMORY_MIB / 1024) * PRICE.gigabyteSecond;
    const { invocations, ...counts } = this.#counts;
    const ranges = counts.coldStarts * Math.ceil(this.#host.weightBytes / RANGE_BYTES);
    return {
      ...counts,
      wallSeconds: this.#wallSeconds,
      usd: usdOf(this.#billedSeconds) + invocations * PRICE.invocation + ranges * PRICE.get,
      computeUsd: usdOf(this.#computeSeconds),
      handOverUsd: usdOf(this.#handOverSeconds),
      whole: this.#whole,
      dead: this.#dead,
    };
  }

  #handle(event: FleetEvent, now: number): void {
    if (event.kind === 'grown') this.#isGrowing = false;
    else if (event.kind === 'visible') this.#ready.push(event.message);
    else {
      this.#running -= 1;
      if (event.environment) this.#idle.push(event.environment);
      if (event.made) this.#store(event.made, now);
    }
  }

  #store({ whole, left }: Made, now: number): void {
    this.#wallSeconds = now;
    this.#whole.push(...whole);
    if (left.length === 0) return;
    this.#counts.handOvers += 1;
    this.#ready.push({ shard: left, receives: 0 });
  }

  /** Starts what waits, as far as the mapping has grown, and comes back when it has grown further. */
  #dispatch(now: number): void {
    const { functions, mapping } = this.#settings;
    const grown = Math.floor(mapping.first + (mapping.perMinute * now) / 60 + 1e-9);
    const allowed = Math.min(functions, grown);
    while (this.#running < allowed) {
      const message = this.#ready.shift();
      if (!message) return;
      this.#receive({ ...message, receives: message.receives + 1 }, now);
    }
    if (this.#ready.length === 0 || this.#isGrowing || grown >= functions) return;
    this.#isGrowing = true;
    this.#events.add(((grown + 1 - mapping.first) * 60) / mapping.perMinute, { kind: 'grown' });
  }

  #receive(message: Message, now: number): void {
    if (message.receives > this.#settings.maxReceives) {
      this.#dead.push(...message.shard.map(({ asked }) => asked));
      return;
    }
    this.#counts.invocations += 1;
    this.#running += 1;
    const warm = this.#idle.pop();
    const environment = warm ?? this.#newEnvironment();
    const setUp = warm ? 0 : this.#setUpSeconds() * environment.slowdown;
    const { timeLimitSeconds, fetchBytesPerSecond } = this.#settings;
    const made = makeShard(message.shard, this.#host, {
      limitSeconds: (timeLimitSeconds - CLOSING_SECONDS - setUp) / environment.slowdown,
      bytesPerSecond: fetchBytesPerSecond,
    });
    const seconds = setUp + made.seconds * environment.slowdown;
    const fate = this.#random.next();
    const { errorChance, lossChance, visibilitySeconds } = this.#settings;
    if (fate >= errorChance + lossChance) {
      this.#billedSeconds += seconds;
      this.#computeSeconds += made.seconds * environment.slowdown;
      this.#handOverSeconds += made.handOverSeconds * environment.slowdown;
      this.#events.add(now + seconds, { kind: 'ended', environment, made });
      return;
    }
    const isLost = fate < lossChance;
    const until = seconds * this.#random.next();
    this.#billedSeconds += until;
    this.#counts[isLost ? 'losses' : 'errors'] += 1;
    this.#events.add(now + until, { kind: 'ended', environment: isLost ? undefined : environment });
    const again = isLost ? visibilitySeconds : until + retryPause(message.receives, PAUSES);
    this.#events.add(now + again, { kind: 'visible', message });
  }

  #newEnvironment(): Environment {
    this.#counts.coldStarts += 1;
    const { share, slowdown } = this.#settings.stragglers;
    return { slowdown: this.#random.next() < share ? slowdown : 1 };
  }

  #setUpSeconds(): number {
    const { coldStart, fetchBytesPerSecond, loadBytesPerSecond } = this.#settings;
    const { weightBytes } = this.#host;
    const start = coldStart.seconds * Math.exp(coldStart.spread * this.#random.normal());
    return start + weightBytes / fetchBytesPerSecond + weightBytes / loadBytesPerSecond;
  }
}
