import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '#cli/package/package-root.ts';

/** A line that `oneshot … --json` printed. */
export type Line = Readonly<Record<string, unknown>>;

export interface Finished {
  readonly code: number | null;
  readonly lines: readonly Line[];
  readonly stderr: string;
  /** How `oneshot … --json` failed. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/** Runs the command line as a user does. @param onLine - sees every JSON line as it comes */
export async function oneshot(
  args: readonly string[],
  onLine: (line: Line) => void = () => {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  const child = spawn(process.execPath, [join(packageRoot, 'cli/main.ts'), ...args], { env });
  const lines: Line[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) return;
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines, stderr, error: lines.at(-1)?.['error'] as Finished['error'] };
}
