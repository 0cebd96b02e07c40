import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that runs a script of this folder, which says when it is ready and then waits to be started. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;

  constructor(script: string, args: readonly string[]) {
    this.#child = fork(script, args, { execArgv: [] });
    this.#ready = this.next();
  }

  /** Resolves when the script waits for `start`. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  start(): void {
    this.#child.send('start');
  }

  /** The next message of the script; fails where the script ends instead. */
  next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', resolve);
      this.#child.once('exit', (code) => reject(new Error(`a worker ended with code ${code}`)));
    });
  }

  onMessage(listen: (message: unknown) => void): void {
    this.#child.on('message', listen);
  }

  /** As `kill -9`; a process that has ended already is no error. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
