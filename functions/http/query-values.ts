import { z } from '@hono/zod-openapi';

/** A filter that is on or off: `true` or `false`, nothing else. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Text to look for. */
export const TextQuery = z.string().min(1).max(200);
