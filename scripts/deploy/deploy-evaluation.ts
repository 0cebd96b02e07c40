import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Deployment, parseDeployment } from '#shared/adapters/deployment.ts';
import { type CdkRun, cdk } from './cdk.ts';

/** The evaluation plane, deployed. */
export interface Deployed extends Deployment {
  readonly apiId: string;
}

const WithApi = z.object({ ApiId: z.string() });

/**
 * Deploys the evaluation plane and says where it is.
 *
 * @param context - such as `-c`, `target=emulator`
 * @param file - where its outputs are to be kept, for `--aws` of the command line
 */
export async function deployEvaluation(
  context: readonly string[],
  file: string,
  run: Omit<CdkRun, 'args'>,
): Promise<Deployed> {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-deploy-'));
  try {
    const options = ['--require-approval', 'never', '--outputs-file', file, '--output', folder];
    await cdk({ ...run, args: ['deploy', '--all', ...options, ...context] });
    const text = await readFile(file, 'utf8');
    const stacks = Object.values(z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
    const { ApiId: apiId } = WithApi.parse(stacks.find((stack) => WithApi.safeParse(stack).success));
    return { ...parseDeployment(text, file), apiId };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
