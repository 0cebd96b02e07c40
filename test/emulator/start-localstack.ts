import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, type NoEmulator, startEmulator } from '#scripts/emulator/emulator-process.ts';
import { ensureVenv } from '#scripts/emulator/python-venv.ts';

/** The newest that Python 3.11 can read, and what it breaks without. */
const REQUIREMENTS = ['localstack-core[base-runtime]==4.13.1', 'cbor2<6', 'pyopenssl<26', 'cryptography<47'];

/** LocalStack's S3 and SQS, which are the strictest, without Docker and account. */
export async function startLocalStack(): Promise<Emulator | NoEmulator> {
  const name = 'localstack';
  const venv = await ensureVenv(name, REQUIREMENTS);
  if (venv.kind === 'missing') return { ...venv, name };
  return startEmulator({
    name,
    command: join(venv.bin, 'python'),
    args: ['-m', 'localstack.runtime.main'],
    healthPath: '/_localstack/health',
    env: (port, folder) => ({
      SERVICES: 's3,sqs',
      // The default server listens on all addresses whatever it is told.
      GATEWAY_SERVER: 'hypercorn',
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      DNS_ADDRESS: '0',
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      S3_SKIP_SIGNATURE_VALIDATION: '0',
      FILESYSTEM_ROOT: emptyFolder(folder, 'fs'),
      LOCALSTACK_VOLUME_DIR: emptyFolder(folder, 'volume'),
    }),
  });
}

function emptyFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}
