/**
 * The stack of the trainer: a Batch job on Spot GPUs, its network, and a budget, since GPUs cost money while nobody looks.
 * What the job may do is in `../functions/permissions.ts`.
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
import { InstanceClass, SubnetType } from 'aws-cdk-lib/aws-ec2';
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
import { trainerPermissions } from '../functions/permissions.ts';
import type { StageQueue } from '../functions/stage-queue.ts';
import { gpuNetwork } from '../gpu-network.ts';
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
/** A lost Spot instance costs a restart from the last checkpoint or rescue, nothing else. */
const ATTEMPTS = 10;
const SECONDS_OF_A_DAY = 86_400;

/** The trainer as a Batch job on Spot GPUs: no instance runs, and nothing but the image is paid, while nobody trains. */
export class TrainerStack extends Stack {
  constructor(scope: Construct, id: string, props: TrainerStackProps) {
    super(scope, id, { description: 'oneshot: the trainer' });
    const { image, alarmEmail, budgetUsd, days } = props;
    const environment = new ManagedEc2EcsComputeEnvironment(this, 'Gpus', {
      vpc: gpuNetwork(this),
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      spot: true,
      minvCpus: 0,
      maxvCpus: MAX_VCPUS,
      instanceClasses: [InstanceClass.G5, InstanceClass.G6],
      useOptimalInstanceClasses: false,
      allocationStrategy: AllocationStrategy.SPOT_PRICE_CAPACITY_OPTIMIZED,
      updateToLatestImageVersion: true,
    });
    acknowledge(
      environment,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]',
      'AWS maintains what an ECS container instance must be able to do; the job has a role of its own.',
    );
    const queue = new JobQueue(this, 'Jobs', {
      computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
    });
    const definition = new EcsJobDefinition(this, 'Training', {
      container: trainerContainer(this, image, props),
      retryAttempts: ATTEMPTS,
      retryStrategies: [
        RetryStrategy.of(Action.RETRY, Reason.SPOT_INSTANCE_RECLAIMED),
        RetryStrategy.of(Action.RETRY, Reason.custom({ onExitCode: String(DRIVER_INTERRUPTED) })),
        // Batch retries what no rule names, and a run that diverged would diverge again.
        RetryStrategy.of(Action.EXIT, Reason.custom({ onReason: '*' })),
      ],
      timeout: Duration.seconds(Math.round(days * SECONDS_OF_A_DAY)),
      propagateTags: true,
    });
    trainerBudget(this, budgetUsd, alarmEmail);
    new CfnOutput(this, 'JobQueue', { value: queue.jobQueueArn });
    new CfnOutput(this, 'JobDefinition', { value: definition.jobDefinitionArn });
  }
}

function trainerContainer(
  scope: Construct,
  image: string,
  { bucket, queues }: TrainerStackProps,
): EcsEc2ContainerDefinition {
  const jobRole = new Role(scope, 'TrainerRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  const { plan, generate, verify } = queues;
  // Named here and now, so that the findings about its patterns can be, too.
  const bucketArn = bucket.stack.exportValue(bucket.bucketArn);
  grant(jobRole, trainerPermissions, {
    bucket: Bucket.fromBucketArn(scope, 'Results', bucketArn),
    queues: { plan: plan.queue, generate: generate.queue, verify: verify.queue },
  });
  const executionRole = new Role(scope, 'ExecutionRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
  });
  const logGroup = new LogGroup(scope, 'Log', {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  logGroup.grantWrite(executionRole);
  return new EcsEc2ContainerDefinition(scope, 'Container', {
    image: ContainerImage.fromRegistry(image),
    cpu: trainerJob.cpu,
    gpu: trainerJob.gpu,
    memory: Size.mebibytes(trainerJob.memoryMib),
    jobRole,
    executionRole,
    logging: LogDriver.awsLogs({ streamPrefix: 'trainer', logGroup }),
    environment: {
      BUCKET_NAME: bucket.bucketName,
      PLAN_QUEUE_URL: plan.queue.queueUrl,
      SPOT_INSTANCE: 'true',
    },
  });
}
