import type { Hook } from '@hono/zod-openapi';
import type { Env } from 'hono';
import { KnownError } from '#shared/errors.ts';

const MOST_ISSUES = 5;

/** What routes do with a request that their schemas do not accept. @throws {KnownError} `request-invalid` */
export const refuseInvalid: Hook<unknown, Env, string, void> = (result) => {
  if (result.success) return;
  const issues = result.error.issues.slice(0, MOST_ISSUES);
  const told = issues.map(({ path, message }) => [...path.map(String), message].join(': ').slice(0, 300));
  throw new KnownError('request-invalid', `The ${nameOf(result.target)} cannot be used: ${told.join('; ')}.`);
};

function nameOf(target: string): string {
  return target === 'json' ? 'body' : target === 'param' ? 'path' : target;
}
