/**
 * The whole evaluation plane on this machine, as it is on AWS: starts ministack, deploys the stack to it, prints where
 * the API is and a token, and stays until Ctrl-C. Nothing of it outlives this process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { workspaceOptions } from '#cli/aws/stack-outputs.ts';
import { createToken } from '#functions/api/tokens/stored-tokens.ts';
import { openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import { messageOf } from '#shared/errors.ts';
import { startMinistack } from '../test/emulator/start-ministack.ts';
import { deployToEmulator, emulatedApiUrl } from './deploy/deploy-to-emulator.ts';

const emulator = await startMinistack();
if (emulator.kind === 'missing') {
  console.error(emulator.reason);
  process.exit(1);
}
const stopped = Promise.race(
  ['SIGINT', 'SIGTERM'].map((signal) => new Promise((end) => process.once(signal, end))),
);
try {
  await Promise.race([serve(emulator.endpoint, emulator.env), stopped]);
  await stopped;
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
} finally {
  await emulator.stop();
}
process.exit();

async function serve(endpoint: string, env: Readonly<Record<string, string>>): Promise<void> {
  console.log(`ministack answers at ${endpoint}; deploying takes about half a minute.`);
  Object.assign(process.env, env); // where the AWS SDK of this process looks
  const outputs = await deployToEmulator(env);
  const workspace = await openAwsWorkspace(workspaceOptions(outputs));
  const token = await createToken(workspace.store, {
    name: 'emulator',
    scope: 'write',
    createdAt: Date.now(),
  });
  workspace.close();
  const url = emulatedApiUrl(endpoint, outputs);
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${value}`);
  console.log(['', ...settings, '', `API    ${url}`, `token  ${token}`, ''].join('\n'));
  console.log(`curl -H "Authorization: Bearer ${token}" '${url}/v1/evaluations'`);
  console.log('Ctrl-C ends it.');
  await sleep(2 ** 31 - 1);
}
