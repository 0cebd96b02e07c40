/**
 * The processes behind a command, driver and runner: `startChild` starts one and reads its lines, `supervise.ts` starts one
 * again that dies, and `start-runner.ts` does both for the evaluation plane of a workspace. Imports `package/` only.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { keepTail } from '#shared/adapters/process/keep-tail.ts';
import { foreignCode, KnownError } from '#shared/errors.ts';
import { type LogEntry, parseLogEntry } from '#shared/log-entry.ts';
import { isClone, packageRoot } from '../package/package-root.ts';

/** The processes that a command starts, by the file that each begins with. */
const ENTRIES = { runner: 'functions/local/main', driver: 'trainer/main' } as const;

/** A process that a command starts, in this program's own words. */
export type ChildName = keyof typeof ENTRIES;

/** A process of ours that speaks JSON lines and ends when we do, however we end. */
export interface ChildProcess {
  readonly pid: number;
  /** Resolves when it ends by itself with 0 or by `stop`. @throws {KnownError} when it fails or is killed */
  readonly done: Promise<void>;
  /** Never resolves: for a child that works until it is stopped. @throws {KnownError} as `done` does */
  failure(): Promise<never>;
  /** Hands it a message; one that it does not live to take is lost. */
  tell(message: object): void;
  stop(): Promise<void>;
}

/** @param env - added to this process's own */
export function startChild(
  name: ChildName,
  args: Readonly<Record<string, string>>,
  onEntry: (entry: LogEntry) => void,
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const entry = isClone ? `${ENTRIES[name]}.ts` : `dist/${name}.js`;
  const child = fork(
    join(packageRoot, entry),
    Object.entries(args).map(([key, value]) => `--${key}=${value}`),
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [], env: { ...process.env, ...env } },
  );
  let stopped = false;
  let failure: LogEntry | undefined;
  // `stdio` above makes both of them pipes.
  const [stdout, stderr] = [child.stdout as Readable, child.stderr as Readable];
  const noise = keepTail(stderr);
  const lines = createInterface({ input: stdout }).on('line', (line) => {
    const entry = parseLogEntry(line);
    if (entry === undefined) return noise.add(`${line}\n`);
    if (entry.level === 'error') failure = entry;
    onEntry(entry);
  });
  // Not `close`, which Node does not emit for a child whose channel was disconnected first.
  const done = Promise.all([once(child, 'exit'), once(lines, 'close'), once(stderr, 'end')]).then(
    ([[code, signal]]) => {
      if (!stopped && code !== 0)
        throw childError(name, failure, signal ?? `exit code ${code}`, noise.text());
    },
  );
  done.catch(() => {}); // Whoever awaits `done` hears of it; until then it must not end this process.
  return {
    pid: child.pid ?? 0,
    done,
    failure: () => new Promise((_, reject) => done.catch(reject)),
    tell: (message) => {
      if (child.connected) child.send(message, () => {}); // an error would say that it has just ended
    },
    stop: async () => {
      stopped = true;
      if (child.connected) child.disconnect();
      await done;
    },
  };
}

/** The early end of a process that could not say why, such as one that was killed. */
export class ChildDiedError extends KnownError {
  override name = 'ChildDiedError';
  /** Signal or exit code, and its last words. */
  readonly how: string;

  constructor(child: ChildName | 'model-server', how: string, said: string) {
    super(
      `${child}-died`,
      `The ${child} process ended early (${how}). Nothing that was committed is lost: run the same command again and ` +
        `it goes on.${said && `\n${said}`}`,
    );
    this.how = `${how}${said && `: ${said}`}`;
  }
}

function childError(name: ChildName, failure: LogEntry | undefined, how: string, noise: string): KnownError {
  const code = failure?.['code'];
  const detail = failure?.['detail'];
  if (typeof code === 'string' && code !== 'defect') return new KnownError(foreignCode(code), String(detail));
  return new ChildDiedError(name, how, [detail, noise.trim()].filter(Boolean).join('\n'));
}
