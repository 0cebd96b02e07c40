import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Pass } from './pass.ts';

/** The peer, Math-Verify: a Python process that grades a file whenever it is told to. */
export class MathVerify {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #replies: AsyncIterator<string>;

  constructor(python: string) {
    const script = join(import.meta.dirname, 'grade_with_math_verify.py');
    this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#replies = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Grades every case of a file once. */
  async pass(path: string): Promise<Pass> {
    this.#child.stdin.write(`${path}\n`);
    const { value, done } = await this.#replies.next();
    if (done) throw new Error('Math-Verify ended early; what it said stands above');
    const { pairs, cpu_seconds: cpuSeconds, right, labelled } = JSON.parse(value) as Reply;
    return { pairs, cpuSeconds, right, labelled };
  }

  end(): void {
    this.#child.stdin.end();
  }
}

/** What the script writes of a pass. */
interface Reply {
  readonly pairs: number;
  readonly cpu_seconds: number;
  readonly right: number;
  readonly labelled: number;
}
