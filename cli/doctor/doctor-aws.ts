import { readFile } from 'node:fs/promises';
import { endpointOf } from '#shared/adapters/aws/client-settings.ts';
import { type Deployment, parseDeployment } from '#shared/adapters/deployment.ts';
import { messageOf } from '#shared/errors.ts';
import { apiHealth } from './api-health.ts';
import { type Finding, printFindings } from './finding.ts';
import { queueDepths } from './queue-depths.ts';
import { storeState } from './store-state.ts';

/**
 * Says whether a deployment can be reached with these credentials and whether something in it needs looking at: what
 * waits, what died, what no schema accepted. Changes nothing. Exits with 1 on errors.
 *
 * @param options.aws - what `cdk deploy --outputs-file` wrote
 */
export async function doctorAws({
  aws,
  json,
}: {
  readonly aws: string;
  readonly json: boolean;
}): Promise<void> {
  printFindings(await examine(aws), json);
}

async function examine(file: string): Promise<readonly Finding[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => messageOf(error));
  let deployment: Deployment;
  try {
    deployment = parseDeployment(text, file);
  } catch (error) {
    return [{ what: 'deployment', level: 'error', detail: messageOf(error) }];
  }
  const endpoint = endpointOf('S3', {});
  return [
    { what: 'deployment', level: 'ok', detail: `bucket ${deployment.bucket} in ${deployment.region}` },
    { what: 'target', level: 'ok', detail: endpoint ? `the emulator at ${endpoint}` : accountOf(deployment) },
    ...(await storeState(deployment)),
    ...(await queueDepths(deployment)),
    await apiHealth(text, endpoint),
  ];
}

/** Queue URLs end with `/{account}/{name}`. */
function accountOf({ queueUrls }: Deployment): string {
  return `AWS account ${new URL(queueUrls.plan.url).pathname.split('/').at(-2)}`;
}
