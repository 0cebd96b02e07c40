import { readFile } from 'node:fs/promises';
import { basename, dirname, parse, resolve } from 'node:path';
import { z } from 'zod';
import { sha256OfMany } from '#shared/encoding/digest.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import { GraderName } from '#shared/records/evaluations.ts';
import { Reward, SingleReward } from '#trainer/settings/config.ts';
import { readImports } from '../rewards/read-imports.ts';

/** A reward, and the files of the modules behind it. */
export interface ReadReward<R extends Reward = Reward> {
  readonly reward: R;
  readonly files: readonly Uint8Array[];
}

/**
 * What `--reward` means: a grader of the verifier, `constant`, `random`, or a file with a function `reward`, whose text is
 * to be stored with the files that it imports, so that the run keeps to it. Several, or one with a weight as in
 * `format=0.2`, are their sum.
 *
 * @throws {KnownError} `reward-unknown`, `reward-invalid`, `reward-import-missing`, `reward-import-unsupported`
 */
export async function chooseReward(texts: readonly string[]): Promise<ReadReward> {
  const parts = texts.map(weighted);
  const [only] = parts;
  if (only && parts.length === 1 && only.weight === undefined) return readSingle(only.text);
  const read = await Promise.all(parts.map(({ text }) => readSingle(text)));
  const names = uniqueNames(read.map(({ reward }) => nameOf(reward)));
  const reward = Reward.safeParse({
    kind: 'sum',
    parts: read.map((part, p) => ({ name: names[p], weight: parts[p]?.weight ?? 1, reward: part.reward })),
  });
  if (reward.success) return { reward: reward.data, files: read.flatMap(({ files }) => files) };
  const why = z.prettifyError(reward.error);
  throw new KnownError('reward-unknown', `These rewards make no sum: ${why}`, { cause: reward.error });
}

/** `format=0.2`: what stands behind the last `=`, where that is a number. */
function weighted(text: string): { readonly text: string; readonly weight?: number } {
  const [, name, weight] = /^(.+)=([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i.exec(text) ?? [];
  return name === undefined ? { text } : { text: name, weight: Number(weight) };
}

/** What a part is called in metrics: its grader, its kind, or its file without the ending. */
function nameOf(reward: SingleReward): string {
  if (reward.kind === 'verifier') return reward.mode;
  return reward.kind === 'module' ? parse(reward.file).name.replaceAll('.', '_').slice(0, 60) : reward.kind;
}

/** The second of a name gets `-2`, and so on. */
function uniqueNames(names: readonly string[]): readonly string[] {
  return names.map((name, p) => {
    const before = names.slice(0, p).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before + 1}`;
  });
}

async function readSingle(text: string): Promise<ReadReward<SingleReward>> {
  const grader = GraderName.safeParse(text);
  if (grader.success)
    return { reward: SingleReward.parse({ kind: 'verifier', mode: grader.data }), files: [] };
  if (isBuiltIn(text)) return { reward: SingleReward.parse({ kind: text }), files: [] };
  const module = await readFile(text).catch((cause: unknown) => {
    throw unknownReward(text, 'is no reward, and no file that can be read', cause);
  });
  const source = utf8Text(module, { code: 'reward-invalid', source: text }); // Node would read U+FFFD for what is no UTF-8
  const sha256 = await sha256OfMany(module);
  const reward = SingleReward.safeParse({ kind: 'module', file: basename(text), sha256 });
  if (!reward.success)
    throw unknownReward(text, 'is no .ts, .js, .mts, .mjs or .py file with a plain name', reward.error);
  const { imports, bodies } = await readImports(resolve(text), source);
  return { reward: { ...reward.data, ...(imports && { imports }) }, files: [module, ...bodies] };
}

/** The folders of the modules among rewards, as `--reward` takes them: their packages are found from there. */
export function moduleFolders(texts: readonly string[]): readonly string[] {
  const paths = texts.map((text) => weighted(text).text).filter((text) => !isBuiltIn(text));
  return [...new Set(paths.map((path) => dirname(resolve(path))))];
}

/** Whether a word names a reward that needs no file, its weight left out. */
export function isBuiltIn(text: string): boolean {
  return BUILT_IN.includes(weighted(text).text);
}

const BUILT_IN: readonly string[] = [...GraderName.options, 'constant', 'random'];

function unknownReward(text: string, why: string, cause: unknown): KnownError {
  const message = `${text} ${why}. --reward takes ${BUILT_IN.join(', ')}, or the path of a module.`;
  return new KnownError('reward-unknown', message, { cause });
}
