import { StatusLine } from '../status-line.ts';
import { ensureEngine } from './ensure-engine.ts';

/** `ensureEngine` with its progress shown on standard error. @returns the interpreter */
export async function prepareEngine(): Promise<string> {
  const status = new StatusLine(process.stderr);
  const python = await ensureEngine(process.env, (line) => status.show(`engine: ${line}`));
  status.clear();
  return python;
}
