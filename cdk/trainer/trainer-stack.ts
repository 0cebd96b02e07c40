/**
 * The stack of the trainer: a Batch job on Spot GPUs, its network, and a budget, since GPUs cost money while nobody looks.
 * What the job may do is in `../functions/permissions.ts`.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { QueueName } from '#shared/messaging/messages.ts';
import { trainerPermissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { spotGpuJobs } from '../spot/spot-gpu-jobs.ts';
import { trainerBudget } from './trainer-budget.ts';

export interface TrainerStackProps {
  readonly image: string;
  readonly alarmEmail: string;
  readonly budgetUsd: number;
  /** Time limit of a job. */
  readonly days: number;
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
}

/** Processors of all jobs that run at the same time: four jobs. */
const MAX_VCPUS = 16;
const SECONDS_OF_A_DAY = 86_400;

/** The trainer as a Batch job on Spot GPUs: no instance runs, and nothing but the image is paid, while nobody trains. */
export class TrainerStack extends Stack {
  constructor(scope: Construct, id: string, props: TrainerStackProps) {
    super(scope, id, { description: 'oneshot: the trainer' });
    const { image, alarmEmail, budgetUsd, days, bucket, queues } = props;
    spotGpuJobs(this, {
      ...{ name: 'Training', roleName: 'TrainerRole', logPrefix: 'trainer' },
      ...{ image, maxVcpus: MAX_VCPUS, permissions: trainerPermissions, bucket, queues },
      timeout: Duration.seconds(Math.round(days * SECONDS_OF_A_DAY)),
      environment: {
        BUCKET_NAME: bucket.bucketName,
        PLAN_QUEUE_URL: queues.plan.queue.queueUrl,
        SPOT_INSTANCE: 'true',
      },
    });
    trainerBudget(this, budgetUsd, alarmEmail);
  }
}
