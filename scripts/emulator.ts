/**
 * The whole evaluation plane on this machine, as it is on AWS: starts ministack, deploys the stack to it, prints where
 * the API is and a token, and stays until Ctrl-C. Nothing of it outlives this process.
 */
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createToken } from '#functions/tokens/stored-tokens.ts';
import { openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import { messageOf } from '#shared/errors.ts';
import { deployToEmulator, emulatedApiUrl } from './deploy/deploy-to-emulator.ts';
import { startMinistack } from './emulator/start-ministack.ts';

/** Where commands find the deployment. */
const FILE = resolve('.oneshot/emulator.json');

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
  await rm(FILE, { force: true });
}
process.exit();

async function serve(endpoint: string, env: Readonly<Record<string, string>>): Promise<void> {
  console.log(`ministack answers at ${endpoint}; deploying takes about half a minute.`);
  Object.assign(process.env, env); // where the AWS SDK of this process looks
  await mkdir('.oneshot', { recursive: true });
  const outputs = await deployToEmulator(env, FILE);
  const workspace = await openAwsWorkspace(outputs);
  const token = await createToken(workspace.store, {
    name: 'emulator',
    scope: 'write',
    createdAt: Date.now(),
  });
  workspace.close();
  const url = emulatedApiUrl(endpoint, outputs);
  const settings = Object.entries({ ...env, ONESHOT_AWS: FILE }).map(
    ([name, value]) => `export ${name}=${value}`,
  );
  console.log(['', ...settings, '', `API    ${url}`, `token  ${token}`, ''].join('\n'));
  console.log(`curl -H "Authorization: Bearer ${token}" '${url}/v1/evaluations'`);
  console.log('Ctrl-C ends it.');
  await sleep(2 ** 31 - 1);
}
