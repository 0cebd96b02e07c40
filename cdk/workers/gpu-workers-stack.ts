/**
 * The stack of GPU workers (`-c generator=gpu`): a Batch queue of Spot machines, each with the generate stage as a container that
 * manages vLLM. `wake-workers.ts` starts them when messages wait; each ends when none came for a while, and its machine with it.
 */
import { CfnOutput, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import {
  Action,
  AllocationStrategy,
  EcsEc2ContainerDefinition,
  EcsJobDefinition,
  JobQueue,
  ManagedEc2EcsComputeEnvironment,
  Reason,
  RetryStrategy,
} from 'aws-cdk-lib/aws-batch';
import { BlockDeviceVolume, InstanceClass, LaunchTemplate, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { ContainerEnv } from '#functions/container/container-env.ts';
import type { GenerateEnv } from '#functions/generate/connect.ts';
import type { VllmSettings } from '#functions/generate/model-server/vllm-settings.ts';
import { trainerJob } from '#shared/adapters/aws/trainer-job.ts';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import { acknowledge } from '../acknowledge.ts';
import { grant, takeFrom } from '../functions/grant.ts';
import { permissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { gpuNetwork } from '../gpu-network.ts';
import { GPU_ENDPOINT } from '../settings.ts';
import { wakeWorkers } from './wake-workers.ts';

export interface GpuWorkersStackProps {
  readonly image: string;
  readonly machines: number;
  /** `ONESHOT_ENDPOINTS`, with the server that each worker manages. */
  readonly endpoints: string | undefined;
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
}

/** A lost Spot machine costs the messages at hand, which come again. */
const ATTEMPTS = 10;
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
    const environment = new ManagedEc2EcsComputeEnvironment(this, 'Gpus', {
      vpc: gpuNetwork(this),
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      spot: true,
      minvCpus: 0,
      maxvCpus: props.machines * trainerJob.cpu,
      instanceClasses: [InstanceClass.G5, InstanceClass.G6],
      useOptimalInstanceClasses: false,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      updateToLatestImageVersion: true,
      launchTemplate: new LaunchTemplate(this, 'Machine', {
        blockDevices: [
          { deviceName: '/dev/xvda', volume: BlockDeviceVolume.ebs(DISK_GIB, { encrypted: true }) },
        ],
      }),
    });
    acknowledge(
      environment,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]',
      'AWS maintains what an ECS container instance must be able to do; the job has a role of its own.',
    );
    const jobs = new JobQueue(this, 'Jobs', {
      computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
    });
    const worker = new EcsJobDefinition(this, 'Worker', {
      container: workerContainer(this, props),
      retryAttempts: ATTEMPTS,
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
        RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode: String(DRIVER_INTERRUPTED) })),
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
      ],
      timeout: Duration.hours(JOB_HOURS),
      propagateTags: true,
    });
    wakeWorkers(this, { waiting: props.queues.generate.queue, jobs, worker, machines: props.machines });
    new CfnOutput(this, 'JobQueue', { value: jobs.jobQueueArn });
    new CfnOutput(this, 'JobDefinition', { value: worker.jobDefinitionArn });
  }
}

function workerContainer(
  scope: Construct,
  { image, endpoints = '{}', bucket, queues }: GpuWorkersStackProps,
): EcsEc2ContainerDefinition {
  const { plan, generate, verify } = queues;
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const jobRole = new Role(scope, 'WorkerRole', { assumedBy });
  // Named here and now, so that the findings about its patterns can be, too.
  const bucketArn = bucket.stack.exportValue(bucket.bucketArn);
  grant(jobRole, permissions.generate, {
    bucket: Bucket.fromBucketArn(scope, 'Results', bucketArn),
    queues: { plan: plan.queue, generate: generate.queue, verify: verify.queue },
  });
  jobRole.addToPrincipalPolicy(takeFrom(generate.queue));
  const executionRole = new Role(scope, 'ExecutionRole', { assumedBy });
  const logGroup = new LogGroup(scope, 'Log', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(executionRole);
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
  return new EcsEc2ContainerDefinition(scope, 'Container', {
    image: ContainerImage.fromRegistry(image),
    cpu: trainerJob.cpu,
    gpu: trainerJob.gpu,
    memory: Size.mebibytes(trainerJob.memoryMib),
    jobRole,
    executionRole,
    logging: LogDriver.awsLogs({ streamPrefix: 'worker', logGroup }),
    environment: { ...environment, ONESHOT_ENDPOINTS: endpoints },
  });
}
