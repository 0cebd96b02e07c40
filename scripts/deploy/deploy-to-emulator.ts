import type { StackOutputs } from '#cli/aws/stack-outputs.ts';
import { cdk } from './cdk.ts';
import { deployEvaluation } from './deploy-evaluation.ts';

/** Longer than either takes on a busy laptop; an emulator's failed deployment may hang for ever. */
const TIMEOUT_MS = 180_000;

/** Deploys the evaluation plane to an emulator that has just started. @param env - of the clients of the emulator */
export async function deployToEmulator(env: Readonly<Record<string, string>>): Promise<StackOutputs> {
  const run = { env: { ...process.env, ...env }, timeoutMs: TIMEOUT_MS };
  const context = ['-c', 'target=emulator'];
  await cdk({ ...run, args: ['bootstrap', 'aws://000000000000/us-east-1', ...context] });
  return deployEvaluation(context, run);
}

/** Where the API of an emulated stack answers: its own host name is known to no resolver. */
export function emulatedApiUrl(endpoint: string, { ApiId }: StackOutputs): string {
  return `${endpoint}/_aws/execute-api/${ApiId}/$default`;
}
