import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const POLL_MS = 100;
const TERM_MS = 8000;

/** An emulator of AWS on this machine, for as long as a test needs it. */
export interface Emulator {
  readonly kind: 'running';
  readonly name: string;
  /** For `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** What a process needs in its environment to use this emulator and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** The latest output of the emulator, to explain a failed test. */
  readonly log: () => string;
  /** Ends the emulator and whatever it started, and removes its files. */
  stop(): Promise<void>;
}

/** Why a test that needs an emulator is skipped. */
export interface NoEmulator {
  readonly kind: 'missing';
  readonly name: string;
  readonly reason: string;
}

export interface EmulatorProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The program's own environment; nothing of AWS is inherited. @param folder - empty, and removed afterwards */
  readonly env: (port: number, folder: string) => Readonly<Record<string, string>>;
  /** Answers 200 once the emulator is ready. */
  readonly healthPath: string;
}

/** Starts an emulator on a free port of 127.0.0.1 and waits until it is ready. */
export async function startEmulator(program: EmulatorProgram): Promise<Emulator> {
  const { name, command, args, healthPath } = program;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, TMPDIR: folder, ...program.env(port, folder) };
  // A process group of its own, so that what it starts ends with it.
  const child = spawn(command, args, { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = keepTail(child);
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', () => killGroup(child, 'SIGKILL'));
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await waitUntilReady(`${endpoint}${healthPath}`, child);
  } catch (error) {
    await stop();
    throw new Error(`${name} did not start: ${String(error)}\n${log()}`);
  }
  return { kind: 'running', name, endpoint, env: clientEnv(endpoint), log, stop };
}

function clientEnv(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_MS; waitedMs += POLL_MS) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${url} was not ready after ${READY_MS / 1000} s`);
}

function keepTail(child: ChildProcess): () => string {
  let tail = '';
  const add = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-20_000);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  child.on('error', (error) => add(Buffer.from(String(error))));
  return () => tail;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  if (!ended()) {
    const exit = once(child, 'exit');
    killGroup(child, 'SIGTERM');
    await Promise.race([exit, sleep(TERM_MS, undefined, { ref: false })]);
  }
  // Also whatever it started and left behind.
  killGroup(child, 'SIGKILL');
  while (!ended()) await sleep(POLL_MS);
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended.
  }
}
