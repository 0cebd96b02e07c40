import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8Text } from '#shared/encoding/utf8-text.ts';
import { KnownError } from '#shared/errors.ts';
import { dataFolder } from './data-folder.ts';
import { sources } from './sources.ts';

/** A file of the data folder is not there that `oneshot data pull` makes. */
export class PulledDataMissingError extends KnownError {
  override name = 'PulledDataMissingError';

  constructor(path: string, file: string, cause: unknown) {
    const name = sources.find((source) => source.file === file)?.name ?? '';
    super(
      'data-missing',
      `${path} is not there. Fetch it with "oneshot data pull ${name}", or set ONESHOT_DATA to the folder that holds ` +
        `${file}; the microcosm (micro-…) needs no data.`,
      { cause },
    );
  }
}

/** A text file of the data folder. @throws {KnownError} `data-missing`, `data-invalid` */
export async function readDataFile(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const path = join(dataFolder(env), file);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new PulledDataMissingError(path, file, cause);
  });
  return utf8Text(bytes, { code: 'data-invalid', source: path });
}
