import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { DriverPlace } from '#trainer/driver/open-driver-place.ts';
import type { EngineClient } from '#trainer/engine-client/engine-client.ts';
import type { EngineProcess } from '#trainer/engine-client/engine-process.ts';
import { type Fault, type Faults, kindOf } from './fault.ts';

/** Watches everything that the driver does through its ports, tells it, and strikes where the faults say. */
export class FaultInjector {
  readonly #faults: z.output<typeof Faults>;
  readonly #log: (entry: LogEntry) => void;
  readonly #counts = new Map<string, number>();

  constructor(faults: z.output<typeof Faults>, log: (entry: LogEntry) => void) {
    this.#faults = faults;
    this.#log = log;
  }

  place({ store, queues, cache }: DriverPlace): DriverPlace {
    const send: typeof queues.plan.send = (...args) => this.#watch('event', () => queues.plan.send(...args));
    const plan = Object.assign(Object.create(queues.plan) as typeof queues.plan, { send });
    return { store: this.#store(store), queues: { plan }, cache };
  }

  engine(start: () => Promise<EngineProcess>): () => Promise<EngineProcess> {
    return async () => {
      const engine = await this.#watch('engine start', start);
      const call: EngineClient['call'] = (verb, ...args) =>
        this.#watch(verb, () => engine.client.call(verb, ...args));
      return { ...engine, client: { call } };
    };
  }

  #store(store: ObjectStore): ObjectStore {
    const putOnce: ObjectStore['putOnce'] = (key, body) =>
      this.#watch(`put ${kindOf(key, false)}`, () => store.putOnce(key, body));
    const putFile: ObjectStore['putFile'] = (key, ...args) =>
      this.#watch(`put ${kindOf(key, true)}`, () => store.putFile(key, ...args));
    const remove: ObjectStore['delete'] = (key) => this.#watch('delete', () => store.delete(key));
    return {
      putOnce,
      putFile,
      delete: remove,
      get: (...args) => store.get(...args),
      stream: (key) => store.stream(key),
      getFile: (...args) => store.getFile(...args),
      list: (...args) => store.list(...args),
      describe: (prefix) => store.describe(prefix),
    };
  }

  async #watch<T>(operation: string, work: () => Promise<T>): Promise<T> {
    await this.#at('before', operation);
    const result = await work();
    await this.#at('after', operation);
    return result;
  }

  async #at(when: Fault['when'], operation: string): Promise<void> {
    const moment = `${when} ${operation}`;
    const nth = (this.#counts.get(moment) ?? 0) + 1;
    this.#counts.set(moment, nth);
    this.#log({ level: 'info', event: 'operation', moment, nth });
    const fault = this.#faults.find(
      (one) => one.operation === operation && one.when === when && one.nth === nth,
    );
    if (!fault) return;
    if (fault.delayMs === undefined) return this.#strike(fault);
    setTimeout(() => void this.#strike(fault), fault.delayMs);
  }

  async #strike({ victim, signal }: z.output<typeof Faults>[number]): Promise<void> {
    this.#log({ level: 'info', event: 'struck', victim });
    process.kill(victim === 'driver' ? process.pid : await enginePid(), signal);
    // Signals take effect a moment later.
    if (signal !== 'SIGTERM') await sleep(20);
  }
}

/** The driver's one child process, once there is one: after another kill it has to start first. */
async function enginePid(): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
    // Number('') is 0, which to `kill` is everybody.
    if (children !== '') return Number(children.split(' ').at(-1));
    await sleep(5, undefined, { ref: false });
  }
}
