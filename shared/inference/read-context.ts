import { join } from 'node:path';
import { z } from 'zod';
import { requireJson } from './read-json.ts';

/** All that is asked of an architecture that a server computes. */
const Config = z.object({ max_position_embeddings: z.number().int().positive() });

/**
 * Positions that the model of a folder was made for, prompt and completion together.
 *
 * @throws {KnownError} `model-file-missing` or `model-file-invalid`
 */
export async function readContext(directory: string): Promise<number> {
  return (await requireJson(join(directory, 'config.json'), Config)).max_position_embeddings;
}
