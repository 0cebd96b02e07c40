/**
 * `oneshot logs`: the lines that drivers keep in the home (`run-log.ts`), its own or a server's, as text or as they are.
 * `log-line.ts` tells one. Imports `results/` and `terminal/`.
 */
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#functions/client/create-client.ts';
import { runLogFiles } from '#shared/adapters/local/run-log.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import { KnownError } from '#shared/errors.ts';
import { printableJson } from '#shared/printable.ts';
import { find } from '#shared/storage/read.ts';
import { record } from '#shared/storage/records.ts';
import { serverClient } from '../results/server-client.ts';
import { note } from '../terminal/quiet.ts';
import { logLine } from './log-line.ts';

const POLL_MS = 300;
const SERVER_POLL_MS = 1000;
/** Entries that a server is asked for at a time. */
const PAGE = 100;

type Print = (line: string) => Promise<void>;

export interface LogOptions {
  readonly home: string;
  /** Goes before the home: the address of an API. */
  readonly server?: string | undefined;
  readonly json: boolean;
  readonly follow: boolean;
}

/** Prints the log of a run. @throws {KnownError} `run-unknown`; with a server what its client throws */
export async function showLogs(run: string, options: LogOptions): Promise<void> {
  const { json, server } = options;
  const print = (line: string) => say(json ? `${line}\n` : logLine(line));
  if (server === undefined) await printStored(run, options, print);
  else await printServed(serverClient(server), run, options, print);
}

async function printStored(run: string, { home, follow }: LogOptions, print: Print): Promise<void> {
  const { store, close } = openWorkspace(home);
  const stored = await find(store, record.run(run));
  close();
  if (!stored) {
    const message = `There is no run ${run} here. "oneshot runs" lists those there are.`;
    throw new KnownError('run-unknown', message);
  }
  const [before, now] = runLogFiles(home, run);
  if (!existsSync(now) && !follow) {
    note(nothingOf(run));
    return;
  }
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
async function printFrom(path: string, start: number, print: Print): Promise<number> {
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

async function printServed(client: Client, run: string, { follow }: LogOptions, print: Print): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const { items, next, end } = await client.listLog({ run, cursor, limit: PAGE });
    for (const item of items) await print(printableJson(item));
    cursor = end ?? cursor;
    if (next !== null) continue;
    if (!follow) {
      if (cursor === undefined) note(nothingOf(run));
      return;
    }
    await sleep(SERVER_POLL_MS);
  }
}

function nothingOf(run: string): string {
  return `Nothing is logged of run ${run} here: no driver of this home has worked on it.`;
}

async function say(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
