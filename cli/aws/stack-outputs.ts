import { z } from 'zod';
import type { AwsWorkspaceOptions } from '#shared/adapters/aws/open-aws-workspace.ts';
import type { QueueName } from '#shared/messages.ts';

/** Name of the evaluation plane's stack. */
export const STACK_NAME = 'OneshotEvaluation';

/** What the deployed stack says of itself; `cdk/evaluation-stack.ts` writes it. */
export const StackOutputs = z.object({
  ApiUrl: z.string(),
  ApiId: z.string(),
  BucketName: z.string(),
  PlanQueueUrl: z.string(),
  PlanDeadLettersUrl: z.string(),
  GenerateQueueUrl: z.string(),
  GenerateDeadLettersUrl: z.string(),
  VerifyQueueUrl: z.string(),
  VerifyDeadLettersUrl: z.string(),
});
export type StackOutputs = z.infer<typeof StackOutputs>;

/** Bucket and queues of the deployed stack, for `openAwsWorkspace`. */
export function workspaceOptions(outputs: StackOutputs): AwsWorkspaceOptions<QueueName> {
  return {
    bucket: outputs.BucketName,
    queueUrls: {
      plan: { url: outputs.PlanQueueUrl, deadLetters: outputs.PlanDeadLettersUrl },
      generate: { url: outputs.GenerateQueueUrl, deadLetters: outputs.GenerateDeadLettersUrl },
      verify: { url: outputs.VerifyQueueUrl, deadLetters: outputs.VerifyDeadLettersUrl },
    },
  };
}
