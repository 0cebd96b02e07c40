import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { askRun } from '#cli/train/ask-run.ts';
import { resolveRun } from '#cli/train/resolve-run.ts';
import { openWorkspace } from '#shared/adapters/local/workspace.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { Consent } from '#trainer/driver/supervise.ts';
import type { Recipe } from '#trainer/recipes/recipe.ts';
import type { Fault } from './fault.ts';

/** One life of a driver process. */
export interface Attempt {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly LogEntry[];
  readonly stderr: string;
}

/** A run in a workspace of its own, trained by real processes. */
export class TestRun implements AsyncDisposable {
  static readonly name = 'run';
  readonly home: string;
  readonly steps: number;
  /** Of all its drivers so far. */
  readonly attempts: Attempt[] = [];

  private constructor(home: string, steps: number) {
    this.home = home;
    this.steps = steps;
  }

  /** Settles a recipe in a new workspace; nothing is trained yet. */
  static async create(recipe: Recipe, model?: string): Promise<TestRun> {
    const run = new TestRun(await newHome(), recipe.settings.steps);
    const workspace = openWorkspace(run.home);
    const asked = await askRun(workspace.store, recipe, { name: TestRun.name, model });
    await resolveRun(workspace, asked, process.env);
    workspace.close();
    return run;
  }

  /** A run of so many steps as a recorded store holds it, in a new workspace. */
  static async restore(store: string, steps: number): Promise<TestRun> {
    const run = new TestRun(await newHome(), steps);
    await cp(store, join(run.home, 'store'), { recursive: true });
    return run;
  }

  /** The same run as it stands now, in another workspace. */
  async copy(): Promise<TestRun> {
    const copy = new TestRun(await newHome(), this.steps);
    await cp(this.home, copy.home, { recursive: true });
    return copy;
  }

  /** A driver brings the run to its end, unless a fault ends the driver before. */
  async drive(faults: readonly Fault[] = [], consent: Partial<Consent> = {}): Promise<Attempt> {
    const worker = join(import.meta.dirname, 'driver-worker.ts');
    const args = ['--home', this.home, '--run', TestRun.name, '--faults', JSON.stringify(faults)];
    args.push('--consent', JSON.stringify(consent));
    const child = spawn(process.execPath, [worker, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: LogEntry[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as LogEntry));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    const attempt = { code, signal, lines, stderr };
    this.attempts.push(attempt);
    return attempt;
  }

  /** How often all its drivers together logged an event. */
  count(event: string): number {
    return this.#lines().filter((line) => line.event === event).length;
  }

  /** How often all its drivers together were at a moment, such as `after optim_step`. */
  times(moment: string): number {
    return this.#lines().filter((line) => line['moment'] === moment).length;
  }

  /** Steps, of one update each, whose optimizer step was applied again. */
  replayedSteps(): number {
    return this.times('after optim_step') - this.steps;
  }

  #lines(): readonly LogEntry[] {
    return this.attempts.flatMap(({ lines }) => lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}

function newHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'oneshot-resume-'));
}
