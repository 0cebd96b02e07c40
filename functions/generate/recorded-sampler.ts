import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import { itemName } from '#shared/items.ts';
import { Completion } from '#shared/messages.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { keys } from '#shared/storage/keys.ts';
import type { Sampler } from './sampler.ts';

/**
 * Takes completions that were made elsewhere from a blob of JSON lines.
 *
 * @throws {KnownError} `completions-missing` when the blob, or a completion of it, is not there
 */
export async function recordedSampler(blob: string, store: ObjectStore): Promise<Sampler> {
  const body = await store.get(keys.blob(blob));
  if (!body) throw missing(`The store has no recorded completions ${blob}.`);
  const code = 'completions-invalid';
  const source = `the recorded completions ${blob}`;
  const completions = readJsonLines(utf8Text(body, { code, source }), (line) => Completion.parse(line), {
    code,
    what: 'completion',
    source,
    advice: 'Store the whole file, and name its sha256.',
  });
  const byItem = new Map(completions.map((completion) => [itemName(completion), completion]));
  return {
    policy: 'claimed',
    batch: Number.POSITIVE_INFINITY,
    complete: async (items) =>
      items.map((item) => {
        const found = byItem.get(itemName(item));
        if (!found)
          throw missing(`The recorded completions ${blob} lack sample ${item.sample} of ${item.problem}.`);
        return found;
      }),
  };
}

function missing(what: string): KnownError {
  return new KnownError(
    'completions-missing',
    `${what} Store a file that holds every sample of every problem, and name its sha256.`,
  );
}
