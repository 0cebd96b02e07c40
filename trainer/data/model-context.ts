import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '#shared/inference/read-json.ts';

const Config = z.object({ max_position_embeddings: z.number().int().positive().optional() });

/** Tokens of prompt and completion together that a model was made for; `Infinity` where it does not say. */
export async function modelContext(folder: string): Promise<number> {
  const config = await readJson(join(folder, 'config.json'), Config);
  return config?.max_position_embeddings ?? Number.POSITIVE_INFINITY;
}
