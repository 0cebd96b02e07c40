import { setTimeout as sleep } from 'node:timers/promises';

/** AWS asks to look every five seconds; the notice comes two minutes ahead. */
const POLL_MS = 5000;
const ANSWER_MS = 2000;
const TOKEN_SECONDS = 21_600;

export interface SpotWatch {
  /** Address of the instance metadata service. */
  readonly endpoint: string;
  readonly pollMs?: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Resolves with what the notice says once the Spot instance is about to be taken away; never where it is not, and when
 * the watch ends. A service that does not answer is asked again.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export async function spotNotice({ endpoint, pollMs = POLL_MS, signal }: SpotWatch): Promise<string> {
  let token: string | undefined;
  while (!signal.aborted) {
    try {
      token ??= await fetchToken(endpoint);
      const answer = await get(endpoint, token);
      if (answer.ok) return (await answer.text()).trim();
      // 404 is no notice; a token that ran out is 401.
      if (answer.status === 401) token = undefined;
    } catch {
      token = undefined;
    }
    await sleep(pollMs, undefined, { signal, ref: false }).catch(() => {});
  }
  return new Promise(() => {});
}

async function fetchToken(endpoint: string): Promise<string> {
  const headers = { 'X-aws-ec2-metadata-token-ttl-seconds': String(TOKEN_SECONDS) };
  const signal = AbortSignal.timeout(ANSWER_MS);
  const answer = await fetch(`${endpoint}/latest/api/token`, { method: 'PUT', headers, signal });
  if (!answer.ok) throw new Error(`the metadata service answers ${answer.status}`);
  return answer.text();
}

function get(endpoint: string, token: string): Promise<Response> {
  const headers = { 'X-aws-ec2-metadata-token': token };
  const signal = AbortSignal.timeout(ANSWER_MS);
  return fetch(`${endpoint}/latest/meta-data/spot/instance-action`, { headers, signal });
}
