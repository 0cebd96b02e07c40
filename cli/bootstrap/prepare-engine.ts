import { Progress } from '../terminal/progress.ts';
import { ensureEngine } from './ensure-engine.ts';

/** `ensureEngine` with its progress shown on standard error. @returns the interpreter */
export async function prepareEngine({
  json,
  dev = false,
}: {
  readonly json: boolean;
  /** Test and lint tools too. */
  readonly dev?: boolean;
}): Promise<string> {
  const progress = new Progress(process.stderr, json);
  try {
    return await ensureEngine(process.env, dev, (line) =>
      progress.show({ phase: line.replace(/ .*/, ''), text: `engine: ${line}` }),
    );
  } finally {
    progress.clear();
  }
}
