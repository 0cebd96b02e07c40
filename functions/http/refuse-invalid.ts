import type { Hook } from '@hono/zod-openapi';
import { KnownError } from '#shared/errors.ts';
import type { ApiVariables } from './api-variables.ts';

const MOST_ISSUES = 5;

/**
 * What routes do with a request that their schemas do not accept.
 *
 * @throws {KnownError} `request-invalid`, or `query-unknown` where a query asks for something that there is not
 */
export const refuseInvalid: Hook<unknown, ApiVariables, string, void> = (result) => {
  if (result.success) return;
  const issues = result.error.issues.slice(0, MOST_ISSUES);
  const told = issues.map(({ path, message }) => [...path.map(String), message].join(': ').slice(0, 300));
  const unknown = result.target === 'query' && issues.some(({ code }) => code === 'invalid_value');
  const code = unknown ? 'query-unknown' : 'request-invalid';
  throw new KnownError(code, `The ${nameOf(result.target)} cannot be used: ${told.join('; ')}.`);
};

function nameOf(target: string): string {
  return target === 'json' ? 'body' : target === 'param' ? 'path' : target;
}
