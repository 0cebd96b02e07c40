import { tmpdir } from 'node:os';
import { cdk } from './cdk.ts';
import { type Deployed, deployEvaluation } from './deploy-evaluation.ts';

/** Longer than either takes on a busy laptop; an emulator's failed deployment may hang for ever. */
const TIMEOUT_MS = 240_000;
const CONTEXT = ['-c', 'target=emulator'];

/**
 * Deploys the evaluation plane to an emulator that has just started.
 *
 * @param env - of the clients of the emulator
 * @param file - where the outputs of the stack are to be kept
 * @param context - more of what `-c` takes, such as `generateTimeoutSeconds=20`
 */
export async function deployToEmulator(
  env: Readonly<Record<string, string>>,
  file: string,
  context: readonly string[] = [],
): Promise<Deployed> {
  const run = { env: { ...process.env, ...env }, timeoutMs: TIMEOUT_MS };
  // Where no app is: bootstrapping needs none, and would build it.
  await cdk({ ...run, args: ['bootstrap', 'aws://000000000000/us-east-1'], folder: tmpdir() });
  return deployEvaluation([...CONTEXT, ...context.flatMap((each) => ['-c', each])], file, run);
}

/** Where the API of an emulated stack answers: its own host name is known to no resolver. */
export function emulatedApiUrl(endpoint: string, { apiId }: Deployed): string {
  return `${endpoint}/_aws/execute-api/${apiId}/$default`;
}
