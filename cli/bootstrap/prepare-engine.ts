import { Progress } from '../progress.ts';
import { ensureEngine } from './ensure-engine.ts';

/** `ensureEngine` with its progress shown on standard error. @returns the interpreter */
export async function prepareEngine({ json }: { readonly json: boolean }): Promise<string> {
  const progress = new Progress(process.stderr, json);
  try {
    return await ensureEngine(process.env, (line) =>
      progress.show({ phase: line.replace(/ .*/, ''), text: `engine: ${line}` }),
    );
  } finally {
    progress.clear();
  }
}
