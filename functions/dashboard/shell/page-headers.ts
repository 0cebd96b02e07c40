import type { Context, MiddlewareHandler } from 'hono';

/**
 * A page loads nothing but from here, runs no script but ours, and is shown in no frame. Attributes may say positions: what
 * stands in them are numbers that this program worked out.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src-elem 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer of the pages, whatever it says. */
export function setPageHeaders(context: Context): void {
  context.header('Content-Security-Policy', POLICY);
  // With `no-referrer`, browsers would not say in a form's Origin where it came from.
  context.header('Referrer-Policy', 'same-origin');
  context.header('Vary', 'Accept, Cookie, Authorization');
}

export const pageHeaders: MiddlewareHandler = async (context, next) => {
  setPageHeaders(context);
  await next();
};
