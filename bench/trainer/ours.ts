import { join } from 'node:path';
import { runProgram } from '../peers/run-program.ts';
import type { CheckpointCost, Request, Steps, Update } from './our-steps.ts';
import type { Turn } from './turn.ts';
import type { Workload } from './workloads.ts';

/** Our trainer: a driver and its engine, started anew for each turn. */
export class Ours {
  readonly #settings: Pick<Request, 'python' | 'threads'>;

  /** @param python - interpreter with the engine's packages */
  constructor(python: string, threads: number) {
    this.#settings = { python, threads };
  }

  async turn(model: string, workload: Workload): Promise<Turn & CheckpointCost> {
    const { said, peakRssBytes } = await this.#run({ ...this.#settings, model, workload });
    return { ...(said as Steps), peakRssBytes };
  }

  /** One update on completions that TRL has dumped. */
  async update(model: string, workload: Workload, dump: string): Promise<Update> {
    return (await this.#run({ ...this.#settings, model, workload, dump })).said as Update;
  }

  #run(request: Request) {
    return runProgram(process.execPath, [join(import.meta.dirname, 'our-steps.ts'), JSON.stringify(request)]);
  }
}
