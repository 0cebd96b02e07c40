/**
 * The stack of GPU workers (`-c generator=gpu`): a Batch queue of Spot machines, each with the generate stage as a container that
 * manages vLLM. `wake-workers.ts` starts them when messages wait; each ends when none came for a while, and its machine with it.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { BlockDeviceVolume, LaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { ContainerEnv } from '#functions/container/container-env.ts';
import type { GenerateEnv } from '#functions/generate/connect.ts';
import type { VllmSettings } from '#functions/generate/model-server/vllm-settings.ts';
import { trainerJob } from '#shared/adapters/aws/trainer-job.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import { takeFrom } from '../functions/grant.ts';
import { permissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { GPU_ENDPOINT } from '../settings.ts';
import { spotGpuJobs } from '../spot/spot-gpu-jobs.ts';
import { wakeWorkers } from './wake-workers.ts';

export interface GpuWorkersStackProps {
  readonly image: string;
  readonly machines: number;
  /** `ONESHOT_ENDPOINTS`, with the server that each worker manages. */
  readonly endpoints: string | undefined;
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
}

/** Without a message until a worker ends: longer than a model takes to load, short beside what a machine costs. */
const IDLE_SECONDS = 300;
/** The image with vLLM takes a third. */
const DISK_GIB = 100;
const MODEL_CACHE_BYTES = 40e9;
/** Longer than the largest round: a worker that hangs is not paid for ever. */
const JOB_HOURS = 24;

export class GpuWorkersStack extends Stack {
  constructor(scope: Construct, id: string, props: GpuWorkersStackProps) {
    super(scope, id, { description: 'oneshot: GPU workers of the evaluation plane' });
    const { image, machines, bucket, queues } = props;
    const { generate } = queues;
    const { jobs, definition, jobRole } = spotGpuJobs(this, {
      ...{ name: 'Worker', roleName: 'WorkerRole', logPrefix: 'worker' },
      ...{ image, maxVcpus: machines * trainerJob.cpu, permissions: permissions.generate, bucket, queues },
      launchTemplate: new LaunchTemplate(this, 'Machine', {
        blockDevices: [
          { deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(DISK_GIB, { encrypted: true }) },
        ],
      }),
      timeout: Duration.hours(JOB_HOURS),
      environment: workerEnvironment(props),
    });
    jobRole.addToPrincipalPolicy(takeFrom(generate.queue));
    wakeWorkers(this, { waiting: generate.queue, jobs, worker: definition, machines });
  }
}

function workerEnvironment({ endpoints = '{}', bucket, queues }: GpuWorkersStackProps) {
  const { plan, generate, verify } = queues;
  const environment = {
    STAGE: 'generate',
    IDLE_SECONDS: `${IDLE_SECONDS}`,
    BUCKET_NAME: bucket.bucketName,
    PLAN_QUEUE_URL: plan.queue.queueUrl,
    GENERATE_QUEUE_URL: generate.queue.queueUrl,
    VERIFY_QUEUE_URL: verify.queue.queueUrl,
    MODEL_CACHE_BYTES: `${MODEL_CACHE_BYTES}`,
    MODEL_SERVER_ENDPOINT: GPU_ENDPOINT,
    MODEL_SERVER_COMMAND: 'vllm',
  } satisfies z.input<typeof ContainerEnv> & z.input<typeof GenerateEnv> & z.input<typeof VllmSettings>;
  return { ...environment, ONESHOT_ENDPOINTS: endpoints };
}
