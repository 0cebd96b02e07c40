import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './watches.ts';

/** What one looks at first: alarms, then work waiting, then who does it, then who asks. */
export function planeDashboard(
  scope: Construct,
  { functions, queues, http }: Watched,
  alarms: readonly Alarm[],
): Dashboard {
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
  const all = Object.entries(functions);
  const named = Object.entries(queues);
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24 })],
      [
        graph(
          'Messages waiting',
          named.map(([label, { queue }]) => queue.metricApproximateNumberOfMessagesVisible({ label })),
        ),
        graph(
          'Age of the oldest message',
          named.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ label })),
        ),
      ],
      [
        graph(
          'Invocations',
          all.map(([label, { lambda }]) => lambda.metricInvocations({ label })),
        ),
        graph(
          'Longest invocation',
          all.map(([label, { lambda }]) => lambda.metricDuration({ label, statistic: 'Maximum' })),
        ),
      ],
      [
        graph(
          'Errors',
          all.map(([label, { lambda }]) => lambda.metricErrors({ label })),
        ),
        graph('API', [http.metricCount(), http.metricClientError(), http.metricServerError()]),
      ],
    ],
  });
}
