import { z } from '@hono/zod-openapi';

/** The id of a problem without that of its benchmark: `7` of `aime25/7`. */
export const ProblemName = z.string().regex(/^[a-z0-9_-]{1,64}$/);

/** A number of up to six digits, such as that of a step or a sample. */
export const PathNumber = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);
