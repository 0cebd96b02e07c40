import { Progress } from '../terminal/progress.ts';
import { fillFolder } from './fill-folder.ts';
import { importGguf } from './import-gguf.ts';
import { WriteProgress } from './write-progress.ts';

/**
 * Writes the model of a GGUF file as a Hugging Face folder: there whole or not at all.
 *
 * @throws {KnownError} `output-taken`, `output-unwritable`, and as `importGguf` does
 */
export async function importModel(
  file: string,
  { out, json }: { readonly out: string; readonly json: boolean },
): Promise<void> {
  const progress = new Progress(process.stderr, json);
  const written = new WriteProgress();
  const { target } = await fillFolder(out, (draft) =>
    importGguf(file, draft, (doneBytes, totalBytes) =>
      progress.show(written.entry({ doneBytes, totalBytes }, Date.now())),
    ),
  ).finally(() => progress.clear());
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'imported', folder: target })}\n`
      : `${file} is a model folder: ${out}\n`,
  );
}
