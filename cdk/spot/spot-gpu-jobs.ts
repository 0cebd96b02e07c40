import { CfnOutput, type Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
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
import { InstanceClass, type LaunchTemplate, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage, LogDriver } from 'aws-cdk-lib/aws-ecs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { trainerJob } from '#shared/adapters/aws/trainer-job.ts';
import { DRIVER_INTERRUPTED } from '#shared/driver-exit.ts';
import type { QueueName } from '#shared/messaging/messages.ts';
import { acknowledge } from '../acknowledge.ts';
import { grant } from '../functions/grant.ts';
import type { Permissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { gpuNetwork } from './gpu-network.ts';

export interface SpotGpuJobs {
  /** Of the definition in its stack, such as `Training`, and of the job's own role. */
  readonly name: string;
  readonly roleName: string;
  readonly image: string;
  readonly maxVcpus: number;
  /** A larger disk, where the image needs one. */
  readonly launchTemplate?: LaunchTemplate;
  /** Of a job. */
  readonly timeout: Duration;
  readonly logPrefix: string;
  readonly permissions: Permissions;
  readonly bucket: Bucket;
  readonly queues: Readonly<Record<QueueName, StageQueue>>;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SpotGpuJobsMade {
  readonly jobs: JobQueue;
  readonly definition: EcsJobDefinition;
  readonly jobRole: Role;
}

/** A lost Spot machine costs what the job had not stored yet, nothing else. */
const ATTEMPTS = 10;

/**
 * A Batch queue of Spot GPUs with one kind of job: no machine runs, and nothing but the image is paid, while no job is there. A
 * job whose machine was taken is tried again; how to reach queue and definition are outputs of the stack.
 */
export function spotGpuJobs(scope: Construct, settings: SpotGpuJobs): SpotGpuJobsMade {
  const environment = new ManagedEc2EcsComputeEnvironment(scope, 'Gpus', {
    vpc: gpuNetwork(scope),
    vpcSubnets: { subnetType: SubnetType.PUBLIC },
    spot: true,
    minvCpus: 0,
    maxvCpus: settings.maxVcpus,
    instanceClasses: [InstanceClass.G5, InstanceClass.G6],
    useOptimalInstanceClasses: false,
    allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
    updateToLatestImageVersion: true,
    ...(settings.launchTemplate && { launchTemplate: settings.launchTemplate }),
  });
  acknowledge(
    environment,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]',
    'AWS maintains what an ECS container instance must be able to do; the job has a role of its own.',
  );
  const jobs = new JobQueue(scope, 'Jobs', {
    computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
  });
  const { container, jobRole } = jobContainer(scope, settings);
  const definition = new EcsJobDefinition(scope, settings.name, {
    container,
    retryAttempts: ATTEMPTS,
    retryStrategies: [
      RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
      RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode: String(DRIVER_INTERRUPTED) })),
      // Batch retries what no rule names, and a run that diverged would diverge again.
      RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
    ],
    timeout: settings.timeout,
    propagateTags: true,
  });
  new CfnOutput(scope, 'JobQueue', { value: jobs.jobQueueArn });
  new CfnOutput(scope, 'JobDefinition', { value: definition.jobDefinitionArn });
  return { jobs, definition, jobRole };
}

function jobContainer(
  scope: Construct,
  { roleName, image, logPrefix, permissions, bucket, queues, environment }: SpotGpuJobs,
) {
  const { plan, generate, verify } = queues;
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  const jobRole = new Role(scope, roleName, { assumedBy });
  // Named here and now, so that the findings about its patterns can be, too.
  const bucketArn = bucket.stack.exportValue(bucket.bucketArn);
  grant(jobRole, permissions, {
    bucket: Bucket.fromBucketArn(scope, 'Results', bucketArn),
    queues: { plan: plan.queue, generate: generate.queue, verify: verify.queue },
  });
  const executionRole = new Role(scope, 'ExecutionRole', { assumedBy });
  const logGroup = new LogGroup(scope, 'Log', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(executionRole);
  const container = new EcsEc2ContainerDefinition(scope, 'Container', {
    image: ContainerImage.fromRegistry(image),
    cpu: trainerJob.cpu,
    gpu: trainerJob.gpu,
    memory: Size.mebibytes(trainerJob.memoryMib),
    jobRole,
    executionRole,
    logging: LogDriver.awsLogs({ streamPrefix: logPrefix, logGroup }),
    environment: { ...environment },
  });
  return { container, jobRole };
}
