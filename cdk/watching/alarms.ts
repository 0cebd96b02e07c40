import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Watch } from './watches.ts';

export interface AlarmsProps {
  readonly watches: readonly Watch[];
  readonly email: string | undefined;
}

/** One alarm for each watch; its text, which the mail shows, names the entry of the runbook. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { watches, email }: AlarmsProps) {
    super(scope, id);
    this.all = watches.map(({ name, anchor, what, metric, threshold, tooFew }) => {
      return new Alarm(this, name, {
        alarmDescription: `${what} What to do: docs/runbook.md#${anchor}`,
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: tooFew
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: tooFew ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
    });
    if (email === undefined) return;
    const topic = new Topic(this, 'Topic', { displayName: 'oneshot', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    for (const alarm of this.all) alarm.addAlarmAction(new SnsAction(topic));
  }
}
