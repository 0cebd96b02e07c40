import { resolve } from 'node:path';
import { packageRoot } from '#cli/package/package-root.ts';

/** Folder of third-party data that tests and benchmarks may read and this repository does not hold: `ONESHOT_DATA`, from its root. */
export const thirdPartyData = resolve(packageRoot, process.env['ONESHOT_DATA'] ?? '../shared');
