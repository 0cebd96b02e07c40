/**
 * `oneshot completions push`: brings completions that were made elsewhere into the store, checked line by line
 * (`order-completions.ts`), so that they are judged as any others. Imports `push/` and `terminal/`.
 */
import { readFile } from 'node:fs/promises';
import { openPlace } from '#shared/adapters/open-place.ts';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { putRecording } from '#shared/storage/recording.ts';
import { storeBenchmarks } from '../push/store-benchmarks.ts';
import { orderCompletions } from './order-completions.ts';

export interface PushOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly benchmarks: readonly string[];
  readonly limit?: number | undefined;
}

/** Stores the completions of a file and prints the sha256 that evaluations name them by. Nothing is stored of a bad file. */
export async function pushCompletions(
  file: string,
  { benchmarks, limit, json, ...where }: PushOptions,
): Promise<void> {
  const text = await readText(file);
  const place = await openPlace(where);
  try {
    const sets = await storeBenchmarks(place.store, benchmarks, process.env);
    const expected = sets.map((set) => ({ ...set, problems: set.problems.slice(0, limit) }));
    const ordered = orderCompletions(text, expected, file);
    const completions = await putRecording(place.store, ordered);
    const names = sets.map(({ name }) => name).join(',');
    const limited = limit === undefined ? '' : ` --limit ${limit}`;
    process.stdout.write(
      json
        ? `${JSON.stringify({ completions, count: ordered.length })}\n`
        : `${completions}\n${ordered.length} completions. Score them: oneshot eval --model DIR --benchmarks ${names}${limited} --completions ${completions}\n`,
    );
  } finally {
    place.close();
  }
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    const message = `${file} cannot be read (${messageOf(cause)}). Name a file of JSON lines.`;
    throw new KnownError('input-unreadable', message, { cause });
  });
  return utf8Text(bytes, { code: 'completions-invalid', source: file });
}
