import { readFile } from 'node:fs/promises';
import { KnownError } from '../errors.ts';
import { openAwsWorkspace } from './aws/open-aws-workspace.ts';
import { parseDeployment } from './deployment.ts';
import { privateHome } from './local/private-home.ts';
import { openWorkspace, type Workspace } from './local/workspace.ts';

/** Where a command works: the embedded default, or a deployment on AWS with a local cache. */
export interface Place extends Workspace {
  /** Somebody else evaluates what is asked for: no runner is started here. */
  readonly remote: boolean;
}

/**
 * Opens a folder, or the deployment that a file describes.
 *
 * @param aws - what `cdk deploy --outputs-file` wrote
 * @throws {KnownError} `deployment-unreadable`, `deployment-invalid`, and as `openWorkspace` does
 */
export async function openPlace({
  home,
  aws,
}: {
  readonly home: string;
  readonly aws?: string | undefined;
}): Promise<Place> {
  if (aws === undefined) return { ...openWorkspace(home), remote: false };
  const text = await readFile(aws, 'utf8').catch((cause: unknown) => {
    const advice = 'Name the file that `cdk deploy --outputs-file` wrote.';
    throw new KnownError('deployment-unreadable', `The file ${aws} cannot be read. ${advice}`, { cause });
  });
  const { cache } = privateHome(home);
  const workspace = await openAwsWorkspace(parseDeployment(text, aws));
  return { home, cache, remote: true, ...workspace };
}
