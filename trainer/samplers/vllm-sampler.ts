/**
 * Samples from vLLM servers that take the engine's weights from a folder.
 *
 * The parts: `vllm-client.ts` asks for one completion, `shared/adapters/vllm/vllm-control.ts` changes weights and says
 * which a server holds, `canary.ts` compares the two sides. This file holds what makes a step whole: every completion
 * is of the published weights, however often a server fails, is restarted, or is given other weights meanwhile.
 */
import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import type { GpuLock } from '#shared/adapters/vllm/gpu-lock.ts';
import type { VllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { uniform } from '#shared/sampling/philox.ts';
import { CANARY_TOKENS, checkCanary } from './canary.ts';
import type { Policy } from './policy.ts';
import type { DrawnCompletion, SampleAsk, Sampler } from './sampler.ts';
import type { VllmAnswer, VllmClient } from './vllm-client.ts';

/** One server, as it is controlled and as it is asked. */
export interface VllmServer {
  readonly control: VllmControl;
  readonly client: VllmClient;
}

export interface VllmSamplerPorts {
  /** At least one; a row of the step is always asked of the same. */
  readonly servers: readonly VllmServer[];
  readonly policy: Policy;
  readonly pause: (ms: number) => Promise<void>;
  /** Held while the servers are used: others load weights into them too. */
  readonly lock: GpuLock;
  readonly log: (event: DriverEvent) => void;
}

export interface VllmSamplerSettings {
  /** Where published weights lie, which the servers see under the same path. */
  readonly folder: string;
  /** What the names of weights on a server begin with; no two samplers share one, or weights would pass for others. */
  readonly name: string;
  /** Requests under way at a time, at each server. */
  readonly concurrency: number;
  /** Of a server that is gone, until the run gives up. */
  readonly patienceMs: number;
  /** Whether the servers give their memory back after a step is drawn, since the engine computes on the same GPU. */
  readonly sleeps: boolean;
  readonly canary: {
    readonly prompt: Int32Array;
    readonly temperature: number;
    /** Nats per token; see `checkCanary`. */
    readonly bound: number;
  };
}

/** Failures one after the other, of a publication or of a round without a single completion, before the run stops. */
const ATTEMPTS = 5;
const POLL_MS = 1000;
const FAULTS =
  'The server holds other weights, computes with too few bits, or was started without --logprobs-mode processed_logprobs.';

/**
 * A sampler of vLLM servers.
 *
 * @throws {KnownError} from `publish` and `sample`: `sampler-lost`, `sampler-stale`, `sampler-mismatch`,
 *   `sampler-faulty`, and as `VllmControl` and `VllmClient` do
 */
export class VllmSampler implements Sampler {
  readonly #ports: VllmSamplerPorts;
  readonly #settings: VllmSamplerSettings;
  /** Name of the weights that the servers should hold. */
  #published: string | undefined;

  constructor(ports: VllmSamplerPorts, settings: VllmSamplerSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  async publish(version: number): Promise<void> {
    const { policy, lock } = this.#ports;
    const { folder, name } = this.#settings;
    // Until new ones lie there whole, no server may take what does.
    this.#published = undefined;
    await policy.exportWeights(folder);
    await lock(() => this.#holdAll(`${name}-${version}`));
    this.#published = `${name}-${version}`;
  }

  async sample(ask: SampleAsk): Promise<readonly DrawnCompletion[]> {
    const { lock, servers } = this.#ports;
    const name = this.#published;
    if (name === undefined) throw new Error('nothing is published');
    return lock(async () => {
      const drawn = await this.#draw(ask, name);
      if (this.#settings.sleeps) await Promise.all(servers.map((server) => this.#rest(server)));
      return drawn;
    });
  }

  /** A server that is lost just then is no loss to what was drawn. */
  async #rest({ control }: VllmServer): Promise<void> {
    await control.sleep().catch((error: unknown) => {
      this.#ports.log({ level: 'error', event: 'sampler-fault', detail: messageOf(error) });
    });
  }

  async #draw(ask: SampleAsk, name: string): Promise<readonly DrawnCompletion[]> {
    const { log, pause, servers } = this.#ports;
    const drawn = new Array<DrawnCompletion | undefined>(ask.prompts.length * ask.samples).fill(undefined);
    for (let failures = 0; ; ) {
      await this.#holdAll(name);
      const rounds = await Promise.all(servers.map((_, s) => this.#drawMissing(s, drawn, ask, name)));
      if (drawn.every((each) => each !== undefined)) return drawn;
      failures = rounds.some(({ count }) => count > 0) ? 0 : failures + 1;
      const fault = rounds.find((round) => round.fault !== undefined)?.fault ?? 'nothing came';
      if (failures === ATTEMPTS) throw faulty(fault);
      log({ level: 'error', event: 'sampler-fault', detail: fault });
      await pause(POLL_MS * failures);
    }
  }

  /**
   * Draws what is missing of a server's rows, as far as it gives it.
   *
   * @param drawn - [G·K], in which what came is put
   * @returns how many came, and the last fault
   */
  async #drawMissing(
    s: number,
    drawn: (DrawnCompletion | undefined)[],
    ask: SampleAsk,
    name: string,
  ): Promise<{ readonly count: number; readonly fault: string | undefined }> {
    const { servers } = this.#ports;
    const { control, client } = servers[s] as VllmServer;
    const mine = drawn.flatMap((each, b) =>
      each === undefined && Math.floor(b / ask.samples) % servers.length === s ? [b] : [],
    );
    if (mine.length === 0) return { count: 0, fault: undefined };
    const context = await client.context().catch(passing);
    if (typeof context === 'string') return { count: 0, fault: context };
    const done: number[] = [];
    let fault: string | undefined;
    await inParallel(mine, this.#settings.concurrency, async (b, signal) => {
      const answer = await client.generate(askOf(ask, b, context), signal).catch(passing);
      if (typeof answer === 'string') fault = answer;
      else if (answer.versions.some((version) => version !== name)) fault = staleAnswer(answer, name);
      else {
        drawn[b] = answer;
        done.push(b);
      }
    });
    if ((await control.weightVersion().catch(messageOf)) === name) return { count: done.length, fault };
    // Somebody may have changed weights between an answer and this look: none of the round counts.
    for (const b of done) drawn[b] = undefined;
    return { count: 0, fault: fault ?? 'its weights change while it samples' };
  }

  /** Makes sure that every server is there and holds the published weights. */
  async #holdAll(name: string): Promise<void> {
    await Promise.all(this.#ports.servers.map((server) => this.#hold(server, name)));
  }

  async #hold({ control, client }: VllmServer, name: string): Promise<void> {
    const { log, pause } = this.#ports;
    const { folder, sleeps } = this.#settings;
    for (let attempts = 1; ; attempts++) {
      await this.#untilHealthy(control);
      try {
        if (sleeps) await control.wake();
        if ((await control.weightVersion()) === name) return;
        await control.load(folder, name);
        const held = await control.weightVersion();
        if (held !== name) throw stale(held, name);
        await this.#checkCanary(client);
        return;
      } catch (error) {
        if (!isServerFault(error) || attempts === ATTEMPTS) throw error;
        log({ level: 'error', event: 'sampler-fault', detail: messageOf(error) });
      }
      await pause(POLL_MS);
    }
  }

  async #checkCanary(client: VllmClient): Promise<void> {
    const { prompt, temperature, bound } = this.#settings.canary;
    const ask = { prompt, temperature, maxTokens: CANARY_TOKENS, stop: [], seed: 0 };
    const { tokens, logprobs } = await client.generate(ask, new AbortController().signal);
    checkCanary(logprobs, await this.#ports.policy.score(prompt, tokens, temperature), bound, FAULTS);
  }

  async #untilHealthy(control: VllmControl): Promise<void> {
    const { patienceMs } = this.#settings;
    for (let waitedMs = 0; !(await control.healthy()); waitedMs += POLL_MS) {
      if (waitedMs >= patienceMs) throw lost(patienceMs);
      await this.#ports.pause(POLL_MS);
    }
  }
}

/** Of completion b: its seed is a function of seed, step, row and sample alone. */
function askOf(
  { prompts, samples, seed, step, temperature, maxTokens, stop }: SampleAsk,
  b: number,
  context: number,
) {
  const row = Math.floor(b / samples);
  const prompt = prompts[row] as Int32Array;
  const draw = { seed, step, row, sample: b % samples };
  return {
    prompt,
    temperature,
    maxTokens: Math.min(maxTokens, context - prompt.length),
    stop,
    seed: Math.floor(uniform(draw, 0) * 2 ** 31),
  };
}

/** A fault that passes, as text. */
function passing(error: unknown): string {
  if (error instanceof TransientError) return error.message;
  throw error;
}

function isServerFault(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  return error instanceof KnownError && hasRole(error.code, 'server-fault');
}

function staleAnswer({ versions }: VllmAnswer, name: string): string {
  return `a completion was made by the weights ${versions.join(', ').slice(0, 200)} instead of ${name}`;
}

function stale(held: string, name: string): KnownError {
  return new KnownError(
    'sampler-stale',
    `The vLLM server says that it holds "${held.slice(0, 100)}" after it was given ${name}. ` +
      'Let nobody else load weights into this server.',
  );
}

function lost(patienceMs: number): KnownError {
  return new KnownError(
    'sampler-lost',
    `The vLLM server of the run did not answer for ${patienceMs / 1000} s. ` +
      'Start it again and run the same command: it goes on from the last checkpoint.',
  );
}

function faulty(fault: string): KnownError {
  return new KnownError(
    'sampler-faulty',
    `The vLLM server failed ${ATTEMPTS} times in a row: ${fault}. Read its log, then run the same command to go on.`,
  );
}
