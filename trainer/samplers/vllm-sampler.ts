/**
 * Samples from a vLLM server that takes the engine's weights from a folder.
 *
 * The parts: `vllm-client.ts` asks for one completion, `shared/adapters/vllm/vllm-control.ts` changes weights and says
 * which the server holds, `canary.ts` compares the two sides. This file holds what makes a step whole: every completion
 * is of the published weights, however often the server fails, is restarted, or is given other weights meanwhile.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TransientError } from '#shared/adapters/http-model/transient-error.ts';
import type { VllmControl } from '#shared/adapters/vllm/vllm-control.ts';
import type { DriverEvent } from '#shared/driver-events.ts';
import { hasRole } from '#shared/error-codes/codes.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { inParallel } from '#shared/in-parallel.ts';
import { uniform } from '#shared/sampling/philox.ts';
import { checkCanary } from './canary.ts';
import type { DrawnCompletion, SampleAsk, Sampler } from './sampler.ts';
import type { VllmAnswer, VllmClient } from './vllm-client.ts';

export interface VllmSamplerPorts {
  readonly control: VllmControl;
  readonly client: VllmClient;
  /** Writes the engine's policy as a Hugging Face folder. */
  readonly exportWeights: (folder: string) => Promise<void>;
  /** Log-probabilities of a completion by the engine's policy, at the temperature. @returns [n] */
  readonly score: (prompt: Int32Array, completion: Int32Array, temperature: number) => Promise<Float32Array>;
  readonly pause: (ms: number) => Promise<void>;
  readonly log: (event: DriverEvent) => void;
}

export interface VllmSamplerSettings {
  /** Where published weights lie, which the server sees under the same path. */
  readonly folder: string;
  /** What the names of weights on the server begin with; no two samplers share one, or weights would pass for others. */
  readonly name: string;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Of a server that is gone, until the run gives up. */
  readonly patienceMs: number;
  readonly canary: {
    readonly prompt: Int32Array;
    readonly temperature: number;
    /** Nats per token; see `checkCanary`. */
    readonly bound: number;
  };
}

/** Tokens of the canary's completion. */
const CANARY_TOKENS = 32;
/** Failures one after the other, of a publication or of a round without a single completion, before the run stops. */
const ATTEMPTS = 5;
const POLL_MS = 1000;

/** The weights that the server should hold. */
interface Publication {
  readonly name: string;
  readonly folder: string;
}

/**
 * @throws {KnownError} from `publish` and `sample`: `sampler-lost`, `sampler-stale`, `sampler-mismatch`,
 *   `sampler-faulty`, and as `VllmControl` and `VllmClient` do
 */
export function vllmSampler(ports: VllmSamplerPorts, settings: VllmSamplerSettings): Sampler {
  const { control, client, exportWeights, log } = ports;
  let published: Publication | undefined;

  /** Makes sure that the server is there and holds the published weights. */
  async function hold(publication: Publication): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      await untilHealthy(ports, settings.patienceMs);
      try {
        if ((await control.weightVersion()) === publication.name) return;
        await control.load(publication.folder, publication.name);
        const held = await control.weightVersion();
        if (held !== publication.name) throw stale(held, publication.name);
        await canary();
        return;
      } catch (error) {
        if (!isServerFault(error) || attempts === ATTEMPTS) throw error;
        log({ level: 'error', event: 'sampler-fault', detail: messageOf(error) });
      }
      await ports.pause(POLL_MS);
    }
  }

  async function canary(): Promise<void> {
    const { prompt, temperature, bound } = settings.canary;
    const ask = { prompt, temperature, maxTokens: CANARY_TOKENS, stop: [], seed: 0 };
    const { tokens, logprobs } = await client.generate(ask, new AbortController().signal);
    checkCanary(logprobs, await ports.score(prompt, tokens, temperature), bound);
  }

  return {
    publish: async (version) => {
      const name = `${settings.name}-${version}`;
      const folder = join(settings.folder, name);
      await mkdir(folder, { recursive: true });
      await exportWeights(folder);
      await hold({ name, folder });
      if (published) await rm(published.folder, { recursive: true, force: true });
      published = { name, folder };
    },
    sample: async (ask) => {
      if (!published) throw new Error('nothing is published');
      const publication = published;
      const drawn = new Array<DrawnCompletion | undefined>(ask.prompts.length * ask.samples).fill(undefined);
      for (let failures = 0; ; ) {
        await hold(publication);
        const round = await drawMissing(drawn, ask, publication.name, ports, settings.concurrency);
        const steady = (await control.weightVersion().catch(messageOf)) === publication.name;
        // Somebody may have changed weights between an answer and this look: none of the round counts.
        if (!steady) for (const b of round.drawn) drawn[b] = undefined;
        if (drawn.every((each) => each !== undefined)) return drawn;
        failures = steady && round.drawn.length > 0 ? 0 : failures + 1;
        if (failures === ATTEMPTS) throw faulty(round.fault ?? 'its weights change while it samples');
        log({
          level: 'error',
          event: 'sampler-fault',
          detail: round.fault ?? 'the server holds other weights',
        });
        await ports.pause(POLL_MS * failures);
      }
    },
  };
}

/** Draws what is missing, as far as the server gives it. @returns which were drawn, and the last fault */
async function drawMissing(
  drawn: (DrawnCompletion | undefined)[],
  ask: SampleAsk,
  name: string,
  { client }: VllmSamplerPorts,
  concurrency: number,
): Promise<{ readonly drawn: readonly number[]; readonly fault: string | undefined }> {
  const missing = drawn.flatMap((each, b) => (each === undefined ? [b] : []));
  const context = await client.context().catch(passing);
  if (typeof context === 'string') return { drawn: [], fault: context };
  const done: number[] = [];
  let fault: string | undefined;
  await inParallel(missing, concurrency, async (b, signal) => {
    const answer = await client.generate(askOf(ask, b, context), signal).catch(passing);
    if (typeof answer === 'string') fault = answer;
    else if (answer.versions.some((version) => version !== name)) fault = staleAnswer(answer, name);
    else {
      drawn[b] = answer;
      done.push(b);
    }
  });
  return { drawn: done, fault };
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

async function untilHealthy({ control, pause }: VllmSamplerPorts, patienceMs: number): Promise<void> {
  for (let waitedMs = 0; !(await control.healthy()); waitedMs += POLL_MS) {
    if (waitedMs >= patienceMs) throw lost(patienceMs);
    await pause(POLL_MS);
  }
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
    `The vLLM server of ONESHOT_SAMPLER_URL did not answer for ${patienceMs / 1000} s. ` +
      'Start it again and run the same command: it goes on from the last checkpoint.',
  );
}

function faulty(fault: string): KnownError {
  return new KnownError(
    'sampler-faulty',
    `The vLLM server failed ${ATTEMPTS} times in a row: ${fault}. Read its log, then run the same command to go on.`,
  );
}
