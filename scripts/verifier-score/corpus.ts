import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '#cli/package/package-root.ts';
import { readJsonLines } from '#shared/encoding/json-lines.ts';
import { KnownError } from '#shared/errors.ts';

/** A labelled pair. Other fields tell where it comes from. */
export const CorpusCase = z.object({
  id: z.string(),
  gold: z.union([z.string(), z.array(z.string()).min(1)]),
  /** A bare answer, or with `response` a whole completion. */
  prediction: z.string(),
  response: z.boolean().default(false),
  /** The gold is itself a worked text, whose answer must be extracted. */
  gold_response: z.boolean().default(false),
  /** What a verifier of this project should say; `null` where that is a matter of options. */
  ours: z.boolean().nullable(),
  /** What the source of the case says, where it says so. */
  expected: z.boolean().optional(),
  /** A shape that games lenient graders. */
  hack: z.boolean().default(false),
  /** How the prediction was made. */
  op: z.string().optional(),
  tolerance_abs: z.union([z.number(), z.array(z.number())]).optional(),
});
export type CorpusCase = z.infer<typeof CorpusCase>;

export interface CorpusFile {
  /** File name without `.jsonl`. */
  readonly name: string;
  readonly cases: readonly CorpusCase[];
}

/** Where the labelled cases lie, unless told otherwise. `ONESHOT_DATA` is taken from the repository's root. */
export function corpusFolder(env: NodeJS.ProcessEnv): string {
  return resolve(packageRoot, env['ONESHOT_DATA'] ?? '../shared', 'corpora/verifier');
}

/**
 * Reads every `.jsonl` file of a folder, in the order of their names.
 *
 * @throws {KnownError} `corpus-missing`; `corpus-invalid`, naming file and line
 */
export async function readCorpus(folder: string): Promise<CorpusFile[]> {
  const entries = await readdir(folder).catch((cause: unknown) => {
    throw missing(folder, 'is not there', { cause });
  });
  const names = entries.filter((entry) => entry.endsWith('.jsonl')).sort();
  if (names.length === 0) throw missing(folder, 'holds no .jsonl file');
  return Promise.all(
    names.map(async (name) => ({
      name: basename(name, '.jsonl'),
      cases: readJsonLines(await readFile(join(folder, name), 'utf8'), (value) => CorpusCase.parse(value), {
        code: 'corpus-invalid',
        what: 'labelled case',
        source: join(folder, name),
        advice: 'Repair the line, or name another folder with --corpus.',
      }),
    })),
  );
}

function missing(folder: string, why: string, options?: ErrorOptions): KnownError {
  return new KnownError(
    'corpus-missing',
    `${folder} ${why}. Set ONESHOT_DATA to the folder that holds corpora/verifier/*.jsonl, or name a folder of such ` +
      'files with --corpus.',
    options,
  );
}
