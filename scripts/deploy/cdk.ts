import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { KnownError } from '#shared/errors.ts';

const repository = resolve(import.meta.dirname, '../..');
const bin = join(repository, 'node_modules/.bin');

export interface CdkRun {
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** A deployment that hangs ends here. */
  readonly timeoutMs: number;
  /** Where it runs, if not where the app is. */
  readonly folder?: string;
  /** Shows what it prints as it comes; kept for the error otherwise. */
  readonly show?: boolean;
}

/** Runs the CDK's command line to its end. @throws {KnownError} `cdk-failed`, with the end of what it printed */
export async function cdk({
  args,
  env,
  timeoutMs,
  folder = repository,
  show = false,
}: CdkRun): Promise<void> {
  const child = spawn(join(bin, 'cdk'), [...args, '--no-notices', '--ci'], {
    cwd: folder,
    // The Node of this repository runs the app and its .ts files.
    env: {
      ...env,
      PATH: `${bin}:${env['PATH']}`,
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(timeoutMs),
  });
  let tail = '';
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-5000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(String(error))));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  throw new KnownError('cdk-failed', `cdk ${args.join(' ')} ended with ${code ?? 'a signal'}.\n${tail}`);
}
