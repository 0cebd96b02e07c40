import { z } from 'zod';
import { Sha256 } from '#shared/records/ids.ts';

/** Files, or packages, of one reward module. */
export const MOST_IMPORTS = 200;

/** A path downwards: names with slashes between them, none of which leads out of a folder. */
const RelativePath = z
  .string()
  .max(1000)
  .regex(/^(?!\.{1,2}(?:\/|$))[^/\\\0]+(?:\/(?!\.{1,2}(?:\/|$))[^/\\\0]+)*$/);

/** What a reward module imports besides what its language brings. */
export const RewardImports = z.object({
  folder: z
    .union([z.literal(''), RelativePath])
    .describe('Where the module lies among its files; the folder that all of them share has no name.'),
  files: z
    .array(z.object({ path: RelativePath, sha256: Sha256 }))
    .max(MOST_IMPORTS)
    .describe('Files of yours, by their paths from that folder.'),
  packages: z
    .array(
      z.object({
        name: z.string().regex(/^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/),
        version: z.string().min(1).max(200),
      }),
    )
    .max(MOST_IMPORTS)
    .describe('Packages of `node_modules`, or of Python, which are not stored.'),
});
export type RewardImports = z.infer<typeof RewardImports>;
