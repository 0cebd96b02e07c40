import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/** Accepts a finding of cdk-nag for one construct and what is under it. @param reason - why it does not apply here */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts the findings about a role that may touch objects by pattern: cdk-nag finds each pattern. */
export function acknowledgePatterns(construct: IConstruct, resources: readonly string[]): void {
  for (const resource of resources) {
    const finding = flattenCfnReference(Stack.of(construct).resolve(resource));
    if (!finding.includes('*')) continue;
    const reason = 'The wildcard stands for digests and numbers behind a key prefix.';
    acknowledge(construct, `AwsSolutions-IAM5[Resource::${finding}]`, reason);
  }
}
