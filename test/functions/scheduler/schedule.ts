import { type Delivery, MAX_RECEIVES, Mailbox } from './mailbox.ts';
import type { Fate, Outlet, Plane, Worker } from './plane.ts';
import type { Random } from './random.ts';
import { endsUnswept, type Scenario } from './scenario.ts';

interface Running<M> {
  readonly name: string;
  readonly worker: Worker;
  /** None for the sweep. */
  readonly delivery: Delivery<M> | undefined;
  steps: number;
  /** Steps until a poisoned message fails; infinite for others. */
  fuse: number;
}

/** Turns in which a schedule without faults must come to rest. */
const PATIENCE = 20_000;
const FAULTS = ['crash', 'late', 'duplicate', 'sweep'] as const;

/** One run of a plane: who moves next, and what breaks, is decided by a seed and by nothing else. */
export class Schedule<M> {
  readonly violations: string[] = [];
  /** What happened, if anybody wants to know. */
  readonly trace: string[] | undefined;
  /** Names of messages that ended as dead letters. */
  readonly buried = new Set<string>();
  readonly mailbox = new Mailbox<M>();
  /** Rounds that somebody asked for. */
  readonly rounds = new Set<number>();
  readonly #plane: Plane<M>;
  readonly #random: Random;
  readonly #scenario: Scenario;
  #running: Running<M>[] = [];
  #calm = false;

  constructor(plane: Plane<M>, random: Random, scenario: Scenario, traced: boolean) {
    this.trace = traced ? [] : undefined;
    this.#plane = plane;
    this.#random = random;
    this.#scenario = scenario;
  }

  async ask(round: number): Promise<void> {
    this.rounds.add(round);
    this.#send(await this.#plane.ask(round));
  }

  /** A time with faults. */
  async trouble(): Promise<void> {
    this.#calm = false;
    const { cancelled, retry, turns } = this.#scenario;
    const [cancelAt, retryAt] = [this.#random.below(turns + 1), this.#random.below(turns + 1)];
    for (let turn = 0; turn < turns; turn++) {
      if (cancelled && turn === cancelAt) await this.#plane.cancel(0);
      if (retry === 'early' && turn === retryAt) await this.ask(1);
      if (this.#random.chance(0.1)) this.#fault();
      await this.#turn();
    }
  }

  /** Faults stop; everything that was delivered or is waiting comes to its end. */
  async rest(): Promise<void> {
    this.#calm = true;
    for (let turn = 0; this.#isBusy(); turn++) {
      if (turn > PATIENCE) {
        this.violations.push('the schedule never comes to rest');
        return;
      }
      await this.#turn();
    }
  }

  sweep(): void {
    this.#start('sweep', (outlet) => this.#plane.sweep(outlet), undefined);
  }

  #isBusy(): boolean {
    for (const entry of this.mailbox.entries) {
      if (!this.#running.some(({ delivery }) => delivery?.entry === entry)) entry.hidden = false;
    }
    return this.#running.length > 0 || this.mailbox.entries.length > 0;
  }

  async #turn(): Promise<void> {
    const { workers, pace } = this.#scenario;
    const idle = this.#running.length === 0;
    const eagerness = idle ? 1 : pace === 'in step' ? 0.9 : 0.3;
    if (this.#running.length < workers && this.#random.chance(eagerness)) this.#receive();
    else if (!idle) await this.#advance(this.#next());
  }

  #next(): Running<M> {
    if (this.#scenario.pace === 'random') return this.#random.pick(this.#running);
    return this.#running.reduce((least, other) => (other.steps < least.steps ? other : least));
  }

  #receive(): void {
    const delivery = this.mailbox.receive(this.#random);
    if (!delivery) return;
    const { message, dead } = delivery.entry;
    const name = this.#plane.nameOf(message);
    if (dead) {
      this.buried.add(name);
      this.#start(`dead ${name}`, (outlet) => this.#plane.bury(message, outlet), delivery);
    } else this.#start(name, (outlet) => this.#plane.handle(message, outlet), delivery);
  }

  #start(name: string, begin: (outlet: Outlet<M>) => Worker, delivery: Delivery<M> | undefined): void {
    this.trace?.push(`${name}: starts`);
    const outlet: Outlet<M> = {
      send: (message) => this.#send(message),
      acknowledge: () => delivery && this.mailbox.acknowledge(delivery),
      log: (line) => this.trace?.push(`${name}: ${line()}`),
    };
    const fuse = name === this.#scenario.poison ? this.#random.below(30) : Number.POSITIVE_INFINITY;
    this.#running.push({ name, worker: begin(outlet), delivery, steps: 0, fuse });
  }

  async #advance(running: Running<M>): Promise<void> {
    running.steps += 1;
    if (running.fuse-- <= 0) return this.#fail(running, 'poison');
    const faulty = this.#isVulnerable(running) && this.#random.chance(0.03);
    const fate: Fate = faulty ? this.#random.pick(['fails before', 'fails after'] as const) : 'works';
    const end = await running.worker.advance(fate);
    if (end === 'failed') this.#fail(running, fate === 'works' ? 'an error of its own' : fate);
    if (end === 'done') this.#finish(running);
  }

  #finish(running: Running<M>): void {
    this.#running = this.#running.filter((other) => other !== running);
    if (!running.delivery) return;
    const poisoned = running.fuse < Number.POSITIVE_INFINITY;
    const lost = poisoned || (this.#isVulnerable(running) && this.#random.chance(0.1));
    this.trace?.push(`${running.name}: ${lost ? 'acknowledgement lost' : 'done'}`);
    if (lost) this.mailbox.reappear(running.delivery);
    else this.mailbox.acknowledge(running.delivery);
  }

  #fail(running: Running<M>, reason: string): void {
    this.trace?.push(`${running.name}: ends with ${reason}`);
    this.#running = this.#running.filter((other) => other !== running);
    if (running.delivery) this.mailbox.reappear(running.delivery);
  }

  /** A crash, a delivery while the one before is at work, a duplicate, or a sweep at a bad moment. */
  #fault(): void {
    const kind = this.#random.pick(FAULTS);
    const victims = this.#running.filter((running) => this.#isVulnerable(running));
    const living = this.mailbox.entries.filter(({ dead }) => !dead);
    if (kind === 'sweep' && !endsUnswept(this.#scenario)) this.sweep();
    if (kind === 'duplicate' && living.length > 0) this.mailbox.send(this.#random.pick(living).message);
    if (victims.length === 0) return;
    const victim = this.#random.pick(victims);
    if (kind === 'crash') this.#fail(victim, 'a crash');
    if (kind === 'late' && victim.delivery) this.mailbox.reappear(victim.delivery);
  }

  /** Whether trouble with this worker leaves its message another delivery. */
  #isVulnerable({ delivery }: Running<M>): boolean {
    if (this.#calm) return false;
    if (!delivery || delivery.entry.dead || this.#scenario.deadly) return true;
    return delivery.entry.receives < MAX_RECEIVES;
  }

  #send(message: M): void {
    const lost = this.#scenario.lossy && !this.#calm && this.#random.chance(0.1);
    this.trace?.push(`${this.#plane.nameOf(message)}: ${lost ? 'lost' : 'sent'}`);
    if (!lost) this.mailbox.send(message);
  }
}
