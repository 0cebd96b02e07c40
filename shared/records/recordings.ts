import { z } from 'zod';
import { count, ProblemId, schemaVersion } from './ids.ts';

/**
 * `recordings/{sha256}.json`: where each line of a blob of recorded completions begins, in bytes. Those of a problem stand
 * one after another by sample; its last offset is where the last of them ends.
 */
export const RecordingIndex = z.object({
  schemaVersion,
  offsets: z.record(ProblemId, z.array(count).min(2)),
});
export type RecordingIndex = z.infer<typeof RecordingIndex>;
