import { Duration } from 'aws-cdk-lib';
import type { EcsJobDefinition, JobQueue } from 'aws-cdk-lib/aws-batch';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { BatchJob } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface Wake {
  readonly waiting: IQueue;
  readonly jobs: JobQueue;
  readonly worker: EcsJobDefinition;
  readonly machines: number;
}

/**
 * Submits workers when messages begin to wait. They take messages until none comes; then the queue is empty, the alarm ends, and
 * the next message raises it again. Workers that begin in vain, since others are at work, end as idle ones do.
 */
export function wakeWorkers(scope: Construct, { waiting, jobs, worker, machines }: Wake): void {
  const alarm = new Alarm(scope, 'MessagesWait', {
    alarmDescription:
      'Not a fault: starts GPU workers when completions are asked for. docs/runbook.md, GPU workers',
    metric: waiting.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  // An array has two jobs at least.
  const several = machines > 1 ? { size: machines } : {};
  new Rule(scope, 'Wake', {
    eventPattern: {
      source: ['aws.cloudwatch'],
      detailType: ['CloudWatch Alarm State Change'],
      resources: [alarm.alarmArn],
      detail: { state: { value: ['ALARM'] } },
    },
    targets: [new BatchJob(jobs.jobQueueArn, jobs, worker.jobDefinitionArn, worker, several)],
  });
}
