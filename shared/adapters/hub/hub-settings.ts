import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { KnownError } from '../../errors.ts';
import { explainDiskError, isCode } from '../disk/explain-disk-error.ts';

const HUB = 'https://huggingface.co';
/** What Python's `huggingface_hub` takes for yes. */
const YES = new Set(['1', 'on', 'yes', 'true']);

/** Which hub is asked, as whom, and where models of it are kept. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** The folder that Python's tools share: `models--org--name/{blobs,refs,snapshots}`. */
  readonly cache: string;
  readonly isOffline: boolean;
}

/**
 * What the environment says about the hub, under the names and in the order of Python's `huggingface_hub`.
 *
 * @throws {KnownError} `hub-setting-invalid`
 */
export function hubSettings(env: NodeJS.ProcessEnv): HubSettings {
  const caches = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const home = folder(env['HF_HOME'] || join(caches, 'huggingface'));
  return {
    endpoint: endpointOf(env['HF_ENDPOINT'] || HUB),
    token: tokenOf(env, home),
    cache: folder(env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(home, 'hub')),
    isOffline: YES.has((env['HF_HUB_OFFLINE'] ?? '').toLowerCase()),
  };
}

function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === '')
    return url.href.replace(/\/+$/, '');
  throw new KnownError(
    'hub-setting-invalid',
    `HF_ENDPOINT is no address of a hub. Set it to one such as ${HUB}.`,
  );
}

/** `HF_TOKEN`, else what `hf auth login` has left. */
function tokenOf(env: NodeJS.ProcessEnv, home: string): string | undefined {
  const given = (env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'])?.trim();
  if (given) return checked(given, 'HF_TOKEN');
  const path = folder(env['HF_TOKEN_PATH'] || join(home, 'token'));
  try {
    const text = readFileSync(path, 'utf8').trim();
    return text === '' ? undefined : checked(text, path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw explainDiskError(error, path);
  }
}

/** A header takes nothing else. The token itself is shown nowhere. */
function checked(token: string, source: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new KnownError(
    'hub-setting-invalid',
    `${source} holds no token: it has spaces, line ends or letters that none has. Copy it again.`,
  );
}

function folder(path: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, homedir()));
}
