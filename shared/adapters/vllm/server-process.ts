import { type ChildProcess, spawn } from 'node:child_process';
import { withoutPython } from '../../isolated-python.ts';
import { endPatiently } from '../process/end-patiently.ts';
import { keepTail } from '../process/keep-tail.ts';
import type { VllmCommand } from './vllm-command.ts';

/** A server that this process started. */
export interface ServerProcess {
  /** Why it ended, once it has: its exit and the end of its log. */
  readonly ended: Promise<string>;
  alive(): boolean;
  /** Ends it and all that it started; forcibly where it takes longer than some seconds. */
  stop(): Promise<void>;
}

const TERM_MS = 10_000;

/**
 * Starts a program as a process group of its own. It ends with this process at the latest: there is nothing in a model
 * server that is worth saving.
 */
export function startServerProcess({ program, args, env }: VllmCommand): ServerProcess {
  const child = spawn(program, args, {
    env: { ...withoutPython(withoutSecrets(process.env)), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killAtExit = () => killGroup(child, 'SIGKILL');
  process.once('exit', killAtExit);
  let running = true;
  let how = '';
  const tail = keepTail(child.stdout, child.stderr);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const end = (reason: string) => {
    running = false;
    how ||= reason;
    process.off('exit', killAtExit);
    killGroup(child, 'SIGKILL'); // what it started and left behind
  };
  child.once('error', (error) => end(`${program} cannot be started: ${error.message}`));
  child.once('exit', (code, signal) => end(`${program} ended with ${signal ?? `code ${code}`}`));
  child.once('close', () => resolve(`${how}. ${tail.text()}`.trim()));
  return {
    ended,
    alive: () => running,
    stop: () =>
      endPatiently({
        ask: () => running && killGroup(child, 'SIGTERM'),
        kill: () => killGroup(child, 'SIGKILL'),
        ended,
        patienceMs: TERM_MS,
      }),
  };
}

/** The server needs paths, drivers and proxies of this environment, but no queue, no store and no key. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const secret = /^(AWS|ONESHOT|MODEL_SERVER)_|KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !secret.test(name)));
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The whole group has ended.
  }
}
