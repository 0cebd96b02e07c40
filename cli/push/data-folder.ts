import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import { packageRoot } from '../package/package-root.ts';

/** The folder of third-party data: `benchmarks/*.jsonl` and `train/*.jsonl`. `ONESHOT_DATA` names another. */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  return env['ONESHOT_DATA'] ?? join(packageRoot, '..', 'shared');
}

/** A text file of that folder. @throws {KnownError} `data-missing`, `data-invalid` */
export async function readDataFile(name: string, env: NodeJS.ProcessEnv): Promise<string> {
  const path = join(dataFolder(env), name);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new KnownError(
      'data-missing',
      `${path} is not there. Set ONESHOT_DATA to the folder that holds ${name}, or use the microcosm (micro-…), ` +
        'which needs no data.',
      { cause },
    );
  });
  return utf8Text(bytes, { code: 'data-invalid', source: path });
}
