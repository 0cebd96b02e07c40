import type { MiddlewareHandler } from 'hono';
import { KnownError } from '#shared/errors.ts';

/** Refuses bodies that are no UTF-8: read as text, their bytes would become other characters. @throws {KnownError} `json-invalid` */
export const utf8Body: MiddlewareHandler = async ({ req }, next) => {
  if (req.raw.body) {
    const body = await req.arrayBuffer();
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch (cause) {
      throw new KnownError('json-invalid', 'The body is no UTF-8. Send one JSON value in UTF-8.', { cause });
    }
  }
  await next();
};
