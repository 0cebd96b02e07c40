import { z } from 'zod';
import { jsonOrUndefined } from '#shared/encoding/json-or-undefined.ts';
import { KnownError } from '#shared/errors.ts';

/** The environment variable that lists the servers. */
const VARIABLE = 'ONESHOT_ENDPOINTS';

const HttpUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => {
    const { username, password, search, hash } = new URL(url);
    return username + password + search + hash === '';
  }, 'must hold no password and no query: a key is read from the variable that apiKeyVariable names')
  .transform((url) => url.replace(/\/+$/, ''));

/** An OpenAI-compatible server that a deployment allows. */
export const EndpointSettings = z.strictObject({
  /** Without the `/v1`, such as `http://127.0.0.1:8000`. */
  url: HttpUrl,
  /** Name under which the server serves the model; default: the model's digest. */
  model: z.string().min(1).optional(),
  /** What makes the completions, as part of their identity: program, version, precision. */
  version: z.string().min(1).default('unknown'),
  /** Environment variable with the server's API key. */
  apiKeyVariable: z.string().min(1).optional(),
  /** Requests that the server gets at a time. */
  concurrency: z.number().int().positive().max(1024).default(32),
});
export type EndpointSettings = z.infer<typeof EndpointSettings>;

const Endpoints = z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/), EndpointSettings);

/**
 * The servers that a deployment allows, by the name that a generation gives them: `ONESHOT_ENDPOINTS` is a JSON object
 * such as `{"gpu": {"url": "http://127.0.0.1:8000", "model": "m"}}`. Workers ask no other host.
 *
 * @throws {KnownError} `endpoints-invalid`
 */
export function endpointSettings(env: NodeJS.ProcessEnv): ReadonlyMap<string, EndpointSettings> {
  const text = env[VARIABLE];
  if (!text) return new Map();
  const parsed = Endpoints.safeParse(jsonOrUndefined(text));
  if (parsed.success) return new Map(Object.entries(parsed.data));
  throw new KnownError(
    'endpoints-invalid',
    `${VARIABLE} is not what it should be: ${z.prettifyError(parsed.error)}\n` +
      'Write it like {"gpu": {"url": "http://127.0.0.1:8000"}}.',
  );
}

/** Version of each allowed server, as the API and plan want it. @throws {KnownError} `endpoints-invalid` */
export function endpointVersions(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries([...endpointSettings(env)].map(([name, { version }]) => [name, version]));
}
