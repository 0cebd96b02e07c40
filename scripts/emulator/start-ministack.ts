import { join } from 'node:path';
import { type Emulator, type NoEmulator, startEmulator } from './emulator-process.ts';
import { ensureVenv, repository } from './python-venv.ts';

const REQUIREMENTS = ['ministack==1.5.33'];

export interface MinistackOptions {
  /** Evaluates the policies of roles, as AWS does: functions may do what their role allows and nothing else. */
  readonly auth?: boolean;
  /** Where its state survives a restart; without it nothing does. */
  readonly stateFolder?: string;
  /** More of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** ministack: S3 and SQS, and also Lambda, HTTP APIs, schedules and CloudFormation, without Docker and account. */
export async function startMinistack({
  auth = false,
  stateFolder,
  env,
}: MinistackOptions = {}): Promise<Emulator | NoEmulator> {
  const name = 'ministack';
  const venv = await ensureVenv(name, REQUIREMENTS);
  if (venv.kind === 'missing') return { ...venv, name };
  const persist = stateFolder === undefined ? '0' : '1';
  return startEmulator({
    name,
    command: join(venv.bin, 'ministack'),
    args: [],
    healthPath: '/_ministack/health',
    env: (port, folder) => ({
      // Functions run on the first node of the path, which is to be the one of this repository.
      PATH: `${join(repository, 'node_modules/.bin')}:${process.env['PATH']}`,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: `${port}`,
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LAMBDA_EXECUTOR: 'local',
      STATE_DIR: join(stateFolder ?? folder, 'state'),
      S3_DATA_DIR: join(stateFolder ?? folder, 's3'),
      PERSIST_STATE: persist,
      S3_PERSIST: persist,
      ...(auth ? { AUTH: 'true' } : {}),
      ...env,
    }),
  });
}
