import { z } from '@hono/zod-openapi';

/** A moment as RFC 3339 has it, in UTC. */
export const TimeText = z.iso.datetime().meta({ example: '2026-11-30T09:00:00.000Z' });

/** @param ms - since 1970 */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
