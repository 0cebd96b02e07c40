import { z } from 'zod';
import { messageOf } from '#shared/errors.ts';
import type { Finding } from './finding.ts';

const Api = z.object({ ApiUrl: z.string(), ApiId: z.string() });
const TIMEOUT_MS = 15_000;

/** Whether the HTTP API answers. @param outputs - text of what `cdk deploy --outputs-file` wrote */
export async function apiHealth(outputs: string, endpoint: string | undefined): Promise<Finding> {
  const stacks = Object.values(z.record(z.string(), z.unknown()).parse(JSON.parse(outputs)));
  const api = stacks.map((stack) => Api.safeParse(stack).data).find((found) => found !== undefined);
  if (!api) return { what: 'api', level: 'error', detail: 'the outputs name none; deploy again' };
  // An emulator's host names are known to no resolver.
  const url = endpoint ? `${endpoint}/_aws/execute-api/${api.ApiId}/$default` : api.ApiUrl;
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return { what: 'api', level: 'ok', detail: url };
    return {
      what: 'api',
      level: 'error',
      detail: `${url} answers ${response.status}; see docs/runbook.md#api-errors`,
    };
  } catch (error) {
    return { what: 'api', level: 'error', detail: `${url} does not answer: ${messageOf(error)}` };
  }
}
