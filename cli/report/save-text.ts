import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';

/** Writes a file that is there whole or not at all. @throws {KnownError} `output-unwritable`, `disk-full` */
export async function saveText(text: string, path: string): Promise<void> {
  makeFolder(dirname(path), { code: 'output-unwritable', advice: 'name another' });
  await saveStream(Readable.from([Buffer.from(text)]), path);
}
