import { z } from 'zod';
import { type AwsWorkspaceOptions, openAwsWorkspace } from '#shared/adapters/aws/open-aws-workspace.ts';
import type { QueueName } from '#shared/messaging/messages.ts';

/** Where a stage on AWS finds bucket and queues. An emulator is found by `AWS_ENDPOINT_URL`, which the SDK reads. */
export const WorkspaceEnv = z.object({
  BUCKET_NAME: z.string().min(1),
  PLAN_QUEUE_URL: z.url(),
  GENERATE_QUEUE_URL: z.url(),
  VERIFY_QUEUE_URL: z.url(),
});
export type WorkspaceEnv = z.infer<typeof WorkspaceEnv>;

/** Opens bucket and queues. All stages know all names; their roles say what each of them may do. */
export function openWorkspaceOf(env: WorkspaceEnv) {
  const options: AwsWorkspaceOptions<QueueName> = {
    bucket: env.BUCKET_NAME,
    queueUrls: {
      plan: { url: env.PLAN_QUEUE_URL },
      generate: { url: env.GENERATE_QUEUE_URL },
      verify: { url: env.VERIFY_QUEUE_URL },
    },
  };
  return openAwsWorkspace(options);
}
