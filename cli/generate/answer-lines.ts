import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { saveStream } from '#shared/adapters/disk/save-stream.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { KnownError } from '#shared/errors.ts';
import type { Progress } from '../terminal/progress.ts';
import { STANDARD } from './read-input.ts';

/** Answers as JSON lines: on standard output at once, in a file all together. */
export class AnswerLines {
  readonly #out: string;
  readonly #progress: Progress;
  readonly #lines: string[] = [];

  constructor(out: string, progress: Progress) {
    this.#out = out;
    this.#progress = progress;
  }

  add(answer: object): void {
    const line = `${JSON.stringify(answer)}\n`;
    if (this.#out !== STANDARD) {
      this.#lines.push(line);
      return;
    }
    this.#progress.clear();
    process.stdout.write(line);
  }

  /** @throws {KnownError} `output-unwritable`, `disk-full` */
  async save(): Promise<void> {
    if (this.#out !== STANDARD) await saveStream(bytesOf(this.#lines), this.#out);
  }
}

/** Before anything is computed for it. @throws {KnownError} `output-unwritable`, `disk-full` */
export function assertWritable(path: string | undefined): void {
  if (path === undefined || path === STANDARD) return;
  makeFolder(dirname(path), { code: 'output-unwritable', advice: 'name another' });
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new KnownError('output-unwritable', `${path} is a folder. Name a file with --out.`);
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const line of lines) yield encoder.encode(line);
}
