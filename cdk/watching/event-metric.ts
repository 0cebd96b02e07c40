import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How often functions wrote a line of this event into their logs. */
export function eventMetric(
  scope: Construct,
  event: string,
  logs: Readonly<Record<string, LogGroup>>,
): Metric {
  // Deployments of one account are counted apart.
  const metric = { namespace: `oneshot/${Stack.of(scope).stackName}`, metricName: event };
  for (const [name, logGroup] of Object.entries(logs)) {
    new MetricFilter(scope, `${event}-${name}`, {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.event', '=', event),
      metricNamespace: metric.namespace,
      metricName: metric.metricName,
    });
  }
  return new Metric({ ...metric, statistic: 'Sum', period: Duration.minutes(5) });
}
