import { z } from 'zod';
import { Digest } from '#shared/records/ids.ts';

/** What of the plane is chosen in the address. */
export const OperationsQuery = z.strictObject({
  /** Whose timeline is shown: by default the one at work that was asked for first, else the newest. */
  evaluation: Digest.optional(),
});
export type OperationsQuery = z.infer<typeof OperationsQuery>;
