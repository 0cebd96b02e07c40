import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { STACK_NAME, StackOutputs } from '#cli/aws/stack-outputs.ts';
import { type CdkRun, cdk } from './cdk.ts';

/** Deploys the evaluation plane and says where it is. @param context - such as `-c`, `target=emulator` */
export async function deployEvaluation(
  context: readonly string[],
  run: Omit<CdkRun, 'args'>,
): Promise<StackOutputs> {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-deploy-'));
  const file = join(folder, 'outputs.json');
  try {
    const options = [
      '--require-approval',
      'never',
      '--outputs-file',
      file,
      '--output',
      join(folder, 'cdk.out'),
    ];
    await cdk({ ...run, args: ['deploy', '--all', ...options, ...context] });
    const outputs = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
    return StackOutputs.parse(outputs[STACK_NAME]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
