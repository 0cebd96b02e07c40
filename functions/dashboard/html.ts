import type { html } from 'hono/html';

/** Markup that is known to be safe: `html` of `hono/html` escapes whatever is put into it, unless it is markup itself. */
export type Html = ReturnType<typeof html>;
