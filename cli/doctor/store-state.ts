import { openS3Store } from '#shared/adapters/aws/open-s3-store.ts';
import type { Deployment } from '#shared/adapters/deployment.ts';
import { KnownError, messageOf } from '#shared/errors.ts';
import { keys } from '#shared/storage/keys.ts';
import type { Finding } from './finding.ts';

/** Whether the bucket answers, what is unfinished in it, and what nobody could read. */
export async function storeState({ bucket, region }: Deployment): Promise<readonly Finding[]> {
  const { store, close } = openS3Store(bucket, { region });
  try {
    const pending = await store.list(keys.prefix.pending);
    const dead = await store.list(keys.dead(''));
    return [
      { what: 'credentials', level: 'ok', detail: 'may read the bucket' },
      { what: 'pending', level: 'ok', detail: `${pending.length} rounds or checkpoints are unfinished` },
      dead.length === 0
        ? { what: 'invalid messages', level: 'ok', detail: 'none' }
        : {
            what: 'invalid messages',
            level: 'warning',
            detail: `${dead.length} under dead/; see docs/runbook.md#messages-invalid`,
          },
    ];
  } catch (error) {
    const code = error instanceof KnownError ? ` [${error.code}]` : '';
    return [{ what: 'credentials', level: 'error', detail: `${messageOf(error)}${code}` }];
  } finally {
    close();
  }
}
