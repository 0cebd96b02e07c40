import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { removeAtExit } from '#shared/adapters/disk/remove-at-exit.ts';
import { makeTempFolder } from '#shared/adapters/local/temp-folder.ts';
import { endPatiently } from '#shared/adapters/process/end-patiently.ts';
import { keepTail } from '#shared/adapters/process/keep-tail.ts';
import { KnownError } from '#shared/errors.ts';
import { ISOLATED, withoutPython } from '#shared/isolated-python.ts';
import { type EngineClient, type EngineClientOptions, SocketEngineClient } from './engine-client.ts';
import { PROTOCOL_VERSION, type Result } from './engine-protocol.ts';

/** An isolated Python looks for modules in no folder but its own: that of the engine, the first argument, is added. */
const RUN =
  'import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module("oneshot_engine", run_name="__main__")';
const STOP_MS = 5000;
/** Torch takes seconds from a warm disk, and minutes from a cold one of a cloud. */
const START_MS = 300_000;

/** An engine of ours that runs and has said hello. */
export interface EngineProcess {
  readonly client: EngineClient;
  readonly pid: number;
  readonly host: Result<'hello'>;
  /** Asks it to end, and kills it if it does not. */
  stop(): Promise<void>;
}

export interface EngineProcessOptions extends Omit<EngineClientOptions, 'lastWords'> {
  /** Interpreter with the engine's packages. */
  readonly python: string;
  /** The folder that holds the package `oneshot_engine`. */
  readonly engineFolder: string;
  /** Processes that share the model, by torchrun on this machine; one by default. */
  readonly ranks?: number;
  /** Longest wait for the engine to listen. */
  readonly startMs?: number;
}

/**
 * Starts an engine on a socket of its own. It ends by itself when the driver is gone.
 *
 * @throws {KnownError} `python-missing`, `engine-packages-missing`, `engine-lost`, `engine-stalled`, `temp-unwritable`
 */
export async function startEngine({
  python,
  engineFolder,
  ranks = 1,
  startMs = START_MS,
  ...options
}: EngineProcessOptions): Promise<EngineProcess> {
  const folder = makeTempFolder('oneshot-engine-');
  removeAtExit(folder);
  const path = join(folder, 'socket');
  const args = [ISOLATED, '-c', RUN, resolve(engineFolder), '--socket', path];
  const child = spawn(python, ranks === 1 ? args : torchrun(ranks, python, args), {
    env: { ...withoutPython(process.env), TOKENIZERS_PARALLELISM: 'false', HF_HUB_OFFLINE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words = keepTail(child.stderr).text;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    await ready(child, { python, startMs, words });
    const client = new SocketEngineClient(await open(path), { ...options, lastWords: words });
    const { result } = await client.call('hello', { protocolVersion: PROTOCOL_VERSION });
    return { client, pid: result.pid, host: result, stop: () => stop(child, client, ended, folder) };
  } catch (error) {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Starts the same command once a rank. */
function torchrun(ranks: number, python: string, args: readonly string[]): readonly string[] {
  const launcher = ['--standalone', `--nproc-per-node=${ranks}`, '--no-python'];
  return [ISOLATED, '-m', 'torch.distributed.run', ...launcher, python, ...args];
}

interface Start {
  readonly python: string;
  readonly startMs: number;
  readonly words: () => string;
}

function ready(child: ChildProcess, { python, startMs, words }: Start): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const stalled = `The engine does not listen after ${startMs / 1000} s.`;
    setTimeout(() => reject(new KnownError('engine-stalled', stalled)), startMs).unref();
    child.stdout?.on('data', (chunk: Buffer) => chunk.includes('ready') && resolve());
    child.once('error', (cause) => {
      const message = `${python} does not start (${cause.message}). Run "oneshot bootstrap", which sets it up.`;
      reject(new KnownError('python-missing', message, { cause }));
    });
    child.once('close', () => reject(startFailure(words())));
  });
}

function startFailure(words: string): KnownError {
  const missing = /^(?:ModuleNotFound|Import)Error: .*/m.exec(words)?.[0];
  if (missing === undefined)
    return new KnownError('engine-lost', `The engine did not start:\n${words.trim()}`);
  return new KnownError(
    'engine-packages-missing',
    `The engine's Python environment is incomplete (${missing}). Run "oneshot bootstrap", which sets it up.`,
  );
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', (cause) =>
      reject(new KnownError('engine-lost', 'The engine ended early.', { cause })),
    );
  });
}

async function stop(
  child: ChildProcess,
  client: EngineClient,
  ended: Promise<void>,
  folder: string,
): Promise<void> {
  const kill = () => child.kill('SIGKILL');
  // An engine that is lost already answers nothing; it only has to be gone.
  const ask = () => client.call('shutdown', {}).catch(kill);
  await endPatiently({ ask, kill, ended, patienceMs: STOP_MS });
  await rm(folder, { recursive: true, force: true });
}
