import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { KnownError } from '#shared/errors.ts';

/**
 * Sees that a command line is about one place: a folder of results that it names is not taken for the cache of a
 * deployment that only the environment names.
 *
 * @throws {KnownError} `place-ambiguous`
 */
export function assertOnePlace(command: CommandUnknownOpts): void {
  const sourceOf = (name: string) => command.getOptionValueSource(name);
  if (sourceOf('home') !== 'cli' || sourceOf('aws') !== 'env') return;
  const { home, aws } = command.opts() as { readonly home: string; readonly aws: string }; // both were said
  if (!existsSync(join(home, 'store'))) return;
  const message =
    `ONESHOT_AWS names a deployment, of which --home is the cache alone, and ${home} holds results of its own. ` +
    `For the deployment say --aws ${aws} as well; for the folder unset ONESHOT_AWS.`;
  throw new KnownError('place-ambiguous', message);
}
