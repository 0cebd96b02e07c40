import { join } from 'node:path';
import { openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import { makeFolder } from '#shared/adapters/local/make-folder.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Queue } from '#shared/ports/queue.ts';

/** What a driver needs of the place it works in: it sends to one queue only. */
export interface DriverPlace {
  readonly store: ObjectStore;
  readonly queues: { readonly plan: Queue };
  readonly cache: string;
}

/** The place that the command named; in a job the one that the stack put into the environment. */
export async function openDriverPlace(
  options: { readonly home: string; readonly aws?: string | undefined },
  env: NodeJS.ProcessEnv,
): Promise<DriverPlace> {
  const { BUCKET_NAME: bucket, PLAN_QUEUE_URL: url } = env;
  if (options.aws !== undefined || !bucket || !url) return openPlace(options);
  const cache = join(options.home, 'cache', 'models');
  makeFolder(cache);
  return { cache, ...(await openAwsWorkspace({ bucket, queueUrls: { plan: { url } } })) };
}
