import { z } from 'zod';
import { KnownError, messageOf } from '../../errors.ts';
import type { Exchange, HttpAnswer, HttpRequest } from '../http/exchange.ts';
import { lostServer } from './lost-server.ts';

/** A vLLM server beside its completions: its health, its weights, its memory, its door. */
export interface VllmControl {
  /** Whether it takes requests. Never throws. */
  healthy(): Promise<boolean>;
  /** The name that its weights were given last; vLLM starts with `default`. */
  weightVersion(): Promise<string>;
  /** Whether it lets in who has this key, and nobody who has none. */
  guardedBy(apiKey: string): Promise<boolean>;
  /** Names the weights that it holds. */
  label(version: string): Promise<void>;
  /** Takes the weights of a folder that the server sees, and names them. Requests under way end as aborted. */
  load(folder: string, version: string): Promise<void>;
  /** Gives its accelerator's memory back. */
  sleep(): Promise<void>;
  /** Takes the memory again, if it slept. */
  wake(): Promise<void>;
}

export interface VllmControlOptions {
  readonly url: string;
  readonly exchange: Exchange;
  /** Longest time for all but its health. */
  readonly loadMs: number;
  readonly healthMs: number;
}

/** What a server holds whose weights are being replaced: the digest of no model. */
const UNKNOWN_WEIGHTS = 'unknown';

const MAX_ANSWER_BYTES = 2 ** 20;
const WeightInfo = z.object({ weight_version: z.string() });
const Sleeping = z.object({ is_sleeping: z.boolean() });

/**
 * Speaks to a server that was started with `VLLM_SERVER_DEV_MODE=1` and the disk transfer of `vllm_extension.py`.
 *
 * @throws {KnownError} from what it gives back: `model-server-lost` where there is no answer, `model-server-refused`,
 *   `model-server-answer-invalid`
 */
export function vllmControl(options: VllmControlOptions): VllmControl {
  const { get, post, healthy, admits } = routes(options);
  const label = (version: string) => post('/update_weight_version', { new_version: version });
  return {
    healthy,
    weightVersion: async () => (await get('/weight_info', WeightInfo)).weight_version,
    guardedBy: async (apiKey) => (await admits(apiKey)) && !(await admits(undefined)),
    label,
    load: async (folder, version) => {
      await post('/pause?mode=abort');
      try {
        await label(UNKNOWN_WEIGHTS); // first: weights that were replaced in part must not pass for the old ones
        await replaceWeights(post, folder, version);
      } catch (error) {
        await post('/resume').catch(() => undefined); // the first error says why
        throw error;
      }
      await post('/resume');
    },
    sleep: () => post('/sleep?level=1'),
    wake: async () => {
      const { is_sleeping: sleeping } = await get('/is_sleeping', Sleeping);
      if (sleeping) await post('/wake_up');
    },
  };
}

type Post = (path: string, json?: unknown) => Promise<void>;

async function replaceWeights(post: Post, folder: string, version: string): Promise<void> {
  await post('/start_weight_update');
  // After a failure here the update is over, and must not be finished.
  await post('/update_weights', { update_info: { path: folder } });
  await post('/finish_weight_update', { weight_version: version });
  await post('/reset_prefix_cache');
}

/** How each route is asked: what may take as long as loading, and what is asked to learn whether there is a server. */
function routes({ url, exchange, loadMs, healthMs }: VllmControlOptions) {
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    timeoutMs: number,
    rest: Pick<HttpRequest, 'json' | 'headers'> = {},
  ) => {
    const request = { method, url: url + path, ...rest, maxBytes: MAX_ANSWER_BYTES };
    const signal = AbortSignal.timeout(timeoutMs);
    return exchange({ ...request, signal }).catch((cause: unknown): never => {
      throw lostServer(`${url}${path}: ${messageOf(cause)}`, cause);
    });
  };
  const get = async <T>(path: string, schema: z.ZodType<T>) =>
    parse(path, await ask('GET', path, loadMs), schema);
  const post: Post = async (path, json) => accepted(path, await ask('POST', path, loadMs, { json }));
  const healthy = async () => {
    const answer = await ask('GET', '/health', healthMs).catch(() => undefined);
    return answer?.status === 200;
  };
  const admits = async (apiKey: string | undefined) => {
    const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
    return (await ask('GET', '/v1/models', loadMs, { headers })).status === 200;
  };
  return { get, post, healthy, admits };
}

function accepted(path: string, { status, body }: HttpAnswer): void {
  if (status === 200) return;
  throw new KnownError(
    'model-server-refused',
    `The model server answered ${status} to ${path}: ${body.slice(0, 500)}. ` +
      'Start it with VLLM_SERVER_DEV_MODE=1 and the disk transfer of shared/adapters/vllm/extension, and let it see the folder.',
  );
}

function parse<T>(path: string, answer: HttpAnswer, schema: z.ZodType<T>): T {
  accepted(path, answer);
  try {
    return schema.parse(JSON.parse(answer.body));
  } catch (cause) {
    throw new KnownError(
      'model-server-answer-invalid',
      `The model server's answer to ${path} is not vLLM's: ${answer.body.slice(0, 200)}. Check address and version.`,
      { cause },
    );
  }
}
