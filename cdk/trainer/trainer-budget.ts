import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';

/** Tells somebody when what carries the project's tag has cost 80 % of a month's budget, or will cost all of it. */
export function trainerBudget(scope: Construct, usd: number, email: string): CfnBudget {
  const subscribers = [{ subscriptionType: 'EMAIL', address: email }];
  const rings = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN' },
    subscribers,
  });
  return new CfnBudget(scope, 'Budget', {
    budget: {
      budgetName: `${Stack.of(scope).stackName}-monthly`,
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: usd, unit: 'USD' },
      // Counts once the tag is activated for cost allocation in the billing console.
      costFilters: { TagKeyValue: ['user:project$oneshot'] },
    },
    notificationsWithSubscribers: [rings('ACTUAL', 80), rings('FORECASTED', 100)],
  });
}
