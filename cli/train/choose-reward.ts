import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { putBlob } from '#shared/storage/put-blob.ts';
import { Reward } from '#trainer/settings/config.ts';

/**
 * What `--reward` means: a grader of the verifier, `constant`, `random`, or a file that exports `reward`, which is
 * brought into the store, so that the run keeps to it.
 *
 * @throws {KnownError} `reward-unknown`, `reward-invalid`
 */
export async function chooseReward(store: ObjectStore, text: string): Promise<Reward> {
  const { reward, module } = await readReward(text);
  if (module) await putBlob(store, module);
  return reward;
}

/** The same, with the bytes of the file that is yet to be stored. @throws {KnownError} as `chooseReward` does */
export async function readReward(
  text: string,
): Promise<{ readonly reward: Reward; readonly module?: Uint8Array }> {
  const grader = GraderName.safeParse(text);
  if (grader.success) return { reward: Reward.parse({ kind: 'verifier', mode: grader.data }) };
  if (text === 'constant' || text === 'random') return { reward: Reward.parse({ kind: text }) };
  const module = await readFile(text).catch((cause: unknown) => {
    throw unknownReward(text, 'is no reward, and no file that can be read', cause);
  });
  utf8Text(module, { code: 'reward-invalid', source: text }); // Node would read U+FFFD for what is no UTF-8
  const reward = Reward.safeParse({
    kind: 'module',
    file: basename(text),
    sha256: sha256Hex(module),
  });
  if (reward.success) return { reward: reward.data, module };
  throw unknownReward(text, 'is no .ts, .js, .mts or .mjs file with a plain name', reward.error);
}

function unknownReward(text: string, why: string, cause: unknown): KnownError {
  const known = [...GraderName.options, 'constant', 'random'].join(', ');
  return new KnownError(
    'reward-unknown',
    `${text} ${why}. --reward takes ${known}, or the path of a module.`,
    {
      cause,
    },
  );
}
