import { join } from 'node:path';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { HABITS, pretrain } from '#trainer/microcosm/pretrain.ts';
import { prepareEngine } from '../bootstrap/prepare-engine.ts';
import { packageRoot } from '../package/package-root.ts';
import { Progress } from '../terminal/progress.ts';

export interface PretrainBaseOptions {
  readonly habit: string;
  readonly output: string;
  readonly threads: number;
  readonly json: boolean;
}

const SEED = 1;
/** Steps between reports of the loss. */
const REPORT_EVERY = 100;

/** Makes one of the microcosm's base models from nothing. */
export async function pretrainBase({
  habit: name,
  output,
  threads,
  json,
}: PretrainBaseOptions): Promise<void> {
  const habit = HABITS[name];
  if (!habit) throw new Error(`the option parser let the habit ${name} through`);
  makeFolder(output, { code: 'output-unwritable', advice: 'choose another with --output' });
  const python = await prepareEngine({ json });
  const engine = await startEngine({ python, engineFolder: join(packageRoot, 'trainer/engine') });
  const progress = new Progress(process.stderr, json);
  try {
    await pretrain({
      engine: engine.client,
      output,
      habit,
      seed: SEED,
      threads,
      onProgress: (done, total, loss) => {
        if (done % REPORT_EVERY > 0) return;
        const text = `pretraining ${done}/${total} · loss ${loss.toFixed(3)}`;
        progress.show({ phase: 'pretraining', text, numbers: { done, total, loss } });
      },
    });
  } finally {
    progress.clear();
    await engine.stop();
  }
  process.stdout.write(json ? `${JSON.stringify({ output })}\n` : `${output} holds the base model.\n`);
}
