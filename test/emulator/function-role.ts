import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

const STACK_NAME = 'OneshotEvaluation';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * Credentials of a function's role, for looking at what it may not do. Only Lambda may assume it as it was deployed, so
 * that its trust, and nothing else, is changed first.
 *
 * @param construct - of the function in the stack, such as `DeadLetter`
 */
export async function credentialsOf(construct: string): Promise<Credentials> {
  const [cloudFormation, iam, sts] = [new CloudFormationClient(), new IAMClient(), new STSClient()];
  const { StackResources = [] } = await cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: STACK_NAME }),
  );
  const found = StackResources.find(
    ({ ResourceType, LogicalResourceId = '' }) =>
      ResourceType === 'AWS::IAM::Role' && LogicalResourceId.startsWith(`${construct}Role`),
  );
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: found?.PhysicalResourceId ?? construct }));
  const trust = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
  await iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: Role?.RoleName,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    }),
  );
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test' }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}
