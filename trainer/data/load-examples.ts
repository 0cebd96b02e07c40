import { RandomStream } from '#shared/sampling/random-stream.ts';
import type { ExampleSource } from './example-source.ts';
import { readReleasedRows } from './released-rows.ts';
import type { TrainingExample } from './training-example.ts';
import { rankByVariance } from './variance-ranking.ts';

const DSR_SUB = 'train/dsr_sub.jsonl';
const HISTORY = 'train/acc_step_500.json';

/**
 * The examples that a recipe names.
 *
 * @param readFile - a file of the data folder as text
 * @throws {KnownError} `data-invalid`, or as `readFile` does
 */
export async function loadExamples(
  data: ExampleSource,
  readFile: (name: string) => Promise<string>,
): Promise<readonly TrainingExample[]> {
  switch (data.kind) {
    case 'file':
      return readReleasedRows(await readFile(data.file), data.file);
    case 'ranks': {
      const ranking = rankByVariance(await readFile(HISTORY));
      const pool = readReleasedRows(await readFile(DSR_SUB), DSR_SUB);
      return data.ranks.map((rank) => {
        const example = pool[ranking[rank - 1] ?? -1];
        if (!example) throw new Error(`DSR-sub has no example of rank ${rank}`);
        return { ...example, id: `pi${rank}` };
      });
    }
    case 'random': {
      const pool = readReleasedRows(await readFile(DSR_SUB), DSR_SUB);
      return new RandomStream(data.seed, 0).shuffle(pool).slice(0, data.count);
    }
    case 'made':
      return data.make();
    default:
      return data satisfies never;
  }
}
