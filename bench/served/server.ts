import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '#cli/package/package-root.ts';
import { type Asked, ask } from './ask.ts';

interface Started {
  readonly url: string;
  readonly token: string;
  readonly pages: string;
}

/** `oneshot serve` as a process of its own. */
export class Server {
  readonly #process: ChildProcess;
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent;
  /** Signs a browser in, once. */
  readonly link: string;

  private constructor(process: ChildProcess, { url, token, pages }: Started, clients: number) {
    this.link = pages;
    this.#agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.#process = process;
    this.#url = url;
    this.#token = token;
  }

  static async start(home: string, clients: number): Promise<Server> {
    const profile = process.env['ONESHOT_BENCH_PROFILE'];
    const child = spawn(
      process.execPath,
      [
        ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
        ...[join(packageRoot, 'cli/main.ts'), 'serve', '--json', '--port', '0', '--home', home],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new Server(child, JSON.parse(line) as Started, clients); // as `serve --json` prints it
  }

  asked(path: string): Asked {
    return { url: this.url(path), headers: { authorization: `Bearer ${this.#token}` }, status: 200 };
  }

  url(path: string): string {
    return `${this.#url}${path}`;
  }

  /** @returns the HTML of a page */
  async page(path: string): Promise<string> {
    const { url, headers } = this.asked(path);
    const answer = await fetch(url, { headers: { ...headers, accept: 'text/html' } });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    return answer.text();
  }

  ask(asked: Asked): Promise<number> {
    return ask(this.#agent, asked);
  }

  once(path: string): Promise<number> {
    return this.ask(this.asked(path));
  }

  /** Of the process that answers, all its threads, so far: a busy machine changes little of it. */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#process.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100; // utime and stime of proc(5), in ticks
  }

  /** Of the process that answers, as Linux has it. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  }

  async end(): Promise<void> {
    this.#agent.destroy();
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}
