/**
 * `oneshot logs`: the lines that drivers keep in the home (`run-log.ts`), as text or as they are. `log-line.ts` tells one.
 * Imports `terminal/`.
 */
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { runLogFiles } from '#shared/adapters/local/run-log.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { note } from '../terminal/quiet.ts';
import { logLine } from './log-line.ts';

const POLL_MS = 300;

/** Prints the log of a run. @throws {KnownError} `run-unknown` */
export async function showLogs(
  run: string,
  { home, json, follow }: { readonly home: string; readonly json: boolean; readonly follow: boolean },
): Promise<void> {
  const { store, close } = openWorkspace(home);
  const stored = await find(store, record.run(run));
  close();
  if (!stored) {
    const message = `There is no run ${run} here. "oneshot runs" lists those there are.`;
    throw new KnownError('run-unknown', message);
  }
  const [before, now] = runLogFiles(home, run);
  if (!existsSync(now) && !follow) {
    note(`Nothing is logged of run ${run} here: no driver of this home has worked on it.`);
    return;
  }
  const print = (line: string) => say(json ? `${line}\n` : logLine(line));
  await printFrom(before, 0, print);
  let at = await printFrom(now, 0, print);
  while (follow) {
    await sleep(POLL_MS);
    const size = statSync(now, { throwIfNoEntry: false })?.size ?? 0;
    // A full file has become the one before: its end, then the new one.
    if (size < at) {
      await printFrom(before, at, print);
      at = 0;
    }
    at = await printFrom(now, at, print);
  }
}

/** Prints the whole lines of a file from a byte on. @returns behind the last of them */
async function printFrom(
  path: string,
  start: number,
  print: (line: string) => Promise<void>,
): Promise<number> {
  const end = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (end <= start) return start;
  let at = start;
  for await (const line of createInterface({ input: createReadStream(path, { start, end: end - 1 }) })) {
    const behind = at + Buffer.byteLength(line) + 1;
    if (behind > end) return at; // it is being written
    await print(line);
    at = behind;
  }
  return at;
}

async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
