/**
 * `oneshot export`: the curves of a run for other tools. `run-curves.ts` reads them from the store, `write-tensorboard.ts`
 * and `write-wandb.ts` write them. Imports `bootstrap/` for a Python, and `package/`.
 */
import { openPlace } from '#shared/adapters/open-place.ts';
import { findPython } from '../bootstrap/find-python.ts';
import { runCurves } from './run-curves.ts';
import { writeTensorboard } from './write-tensorboard.ts';
import { writeWandb } from './write-wandb.ts';

export interface ExportOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  readonly json: boolean;
  readonly to: 'tensorboard' | 'wandb';
}

/** Writes the training curves of a run, and the scores of its checkpoints beside them, for another tool. */
export async function exportRun(run: string, folder: string, options: ExportOptions): Promise<void> {
  const place = await openPlace(options);
  const curves = await runCurves(place.store, run);
  const written =
    options.to === 'tensorboard'
      ? await writeTensorboard(folder, run, curves)
      : await writeWandb(folder, run, curves, findPython(process.env));
  place.close();
  const steps = curves.rows.length;
  const line = { event: 'exported', run, to: options.to, steps, written };
  process.stdout.write(options.json ? `${JSON.stringify(line)}\n` : `${steps} steps of ${run}: ${written}\n`);
}
