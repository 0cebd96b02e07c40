import { Hono } from 'hono';
import { assets } from './assets.ts';

/** A year; the name of a file changes with what it holds. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** Style, script and icon of the pages, for anybody. */
export function assetRoutes(): Hono {
  const app = new Hono();
  for (const { path, type, text } of Object.values(assets))
    app.get(path, (c) => c.body(text, 200, { 'Content-Type': type, 'Cache-Control': FOR_GOOD }));
  return app;
}
