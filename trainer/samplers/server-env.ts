import { type GpuLock, gpuLock, type LockOptions, unshared } from '#shared/adapters/vllm/gpu-lock.ts';
import { KnownError } from '#shared/errors.ts';

/** What the environment says of the vLLM servers of a run. */
export interface ServerEnv {
  /** Without a slash at the end. */
  readonly urls: readonly string[];
  readonly apiKey: string | undefined;
}

/**
 * The servers to sample from: `ONESHOT_SAMPLER_URL`, one address or several with commas between them, and
 * `ONESHOT_SAMPLER_KEY`, where they want a key.
 *
 * @throws {KnownError} `sampler-needed`
 */
export function samplerServers(env: NodeJS.ProcessEnv): ServerEnv {
  const text = env['ONESHOT_SAMPLER_URL'] ?? '';
  const urls = text.split(',').map((url) => url.trim().replace(/\/+$/, ''));
  if (urls.every((url) => /^https?:\/\/[^\s?#]+$/.test(url))) {
    return { urls, apiKey: env['ONESHOT_SAMPLER_KEY'] || undefined };
  }
  throw new KnownError(
    'sampler-needed',
    `The run samples from a vLLM server, and ONESHOT_SAMPLER_URL ${text ? `("${text}") is no address` : 'names none'}. ` +
      'Set it to where one listens, such as http://127.0.0.1:8000, or leave it out where oneshot train starts one.',
  );
}

/** In which turns a driver computes beside others that use the same servers, or the same GPU. */
export interface Turns {
  /** Around a whole step: engine and server compute on the same GPU, or the same cores. */
  readonly step: GpuLock;
  /** Around what the servers are asked. */
  readonly requests: GpuLock;
  /** Whether a server gives its memory back before the engine computes. */
  readonly sleeps: boolean;
}

/**
 * `ONESHOT_SERVER_LOCK` names the lock that whoever uses the servers takes; with `ONESHOT_SERVER_TURNS` = `steps` the
 * driver holds it from the beginning of a step to its end, else only while it asks them. Between two steps a server
 * keeps its memory where `ONESHOT_SERVER_SLEEPS` = `false` says so.
 *
 * @param signal - ends a wait for the lock, with `interrupted`
 * @param whileWaiting - around each such wait
 */
export function turnsOf(env: NodeJS.ProcessEnv, { signal, whileWaiting }: LockOptions = {}): Turns {
  const name = env['ONESHOT_SERVER_LOCK'];
  if (!name) return { step: unshared, requests: unshared, sleeps: false };
  const lock = gpuLock(name, { signal: signal && interrupting(signal), whileWaiting });
  return env['ONESHOT_SERVER_TURNS'] === 'steps'
    ? { step: lock, requests: unshared, sleeps: env['ONESHOT_SERVER_SLEEPS'] !== 'false' }
    : { step: unshared, requests: lock, sleeps: false };
}

/** The same signal, with an error as its reason, as whoever waits throws it. */
function interrupting(signal: AbortSignal): AbortSignal {
  const wait = new AbortController();
  const end = () => wait.abort(new KnownError('interrupted', 'The wait for the servers was given up.'));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return wait.signal;
}
