import { z } from 'zod';
import { count, Sha256, schemaVersion } from './ids.ts';

/** A blob and its length. */
export const FileRef = z.object({ sha256: Sha256, sizeBytes: count });
export type FileRef = z.infer<typeof FileRef>;

/** A file's name below the folder of its model: it leads out of no folder and names nothing hidden. */
export const FileName = z
  .string()
  .regex(
    /^[^./\\\p{Cc}][^/\\\p{Cc}]*(\/[^./\\\p{Cc}][^/\\\p{Cc}]*)*$/u,
    'is no file name inside the folder of the model',
  );

/** `models/{digest}.json`: the policy files of a model. The digest over `files` is the model's identity. */
export const ModelManifest = z.object({
  schemaVersion,
  files: z.record(FileName, FileRef),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

/**
 * `rounded/{model}/{rounding}.json`: the file that the decoder opens of a model in a precision, at `rounded/{model}/{sha256}`. It
 * can be made of the model at any time, to the same bytes.
 */
export const RoundedModel = z.object({ schemaVersion, file: FileRef });
export type RoundedModel = z.infer<typeof RoundedModel>;

/** `models/{digest}/origins/{id}.json`: where a stored model came from. Files that lie in several commits have several. */
export const ModelOrigin = z.object({
  schemaVersion,
  /** `org/name` of the hub. */
  model: z.string(),
  commit: z.string(),
  /** As the model's page names it; `null` where that is not known. */
  licence: z.string().nullable(),
});
export type ModelOrigin = z.infer<typeof ModelOrigin>;
