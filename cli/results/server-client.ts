import { type Client, createClient } from '#functions/client/create-client.ts';
import { KnownError } from '#shared/errors.ts';

/** A client of the server that a command names, with the token of the environment. @throws {KnownError} `token-missing` */
export function serverClient(url: string, env: NodeJS.ProcessEnv = process.env): Client {
  const token = env['ONESHOT_TOKEN'];
  if (token) return createClient({ url, token });
  throw new KnownError(
    'token-missing',
    `${url} asks for a token: set ONESHOT_TOKEN to the one that \`oneshot serve\` printed there, or that \`oneshot token create\` makes.`,
  );
}
