import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { buildApp } from '#cdk/build-app.ts';
import { synthesized, withoutBundles } from '../synthesized.ts';

const context = {
  trainer: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/oneshot:1',
  alarmEmail: 'a@example.org',
};

it('trains on Spot instances that do not exist while nobody trains', () => {
  synthesized(context, 'OneshotTrainer').hasResourceProperties('AWS::Batch::ComputeEnvironment', {
    ComputeResources: { Type: 'SPOT', MinvCpus: 0 },
  });
});

it('starts a job again whose instance was taken away, or that was told so and saved, and no other', () => {
  synthesized(context, 'OneshotTrainer').hasResourceProperties('AWS::Batch::JobDefinition', {
    RetryStrategy: {
      EvaluateOnExit: [
        { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
        { Action: 'RETRY', OnExitCode: '75' },
        { Action: 'EXIT', OnReason: '*' },
      ],
    },
  });
});

it('tells the trainer to look for the notice of its Spot instance', () => {
  synthesized(context, 'OneshotTrainer').hasResourceProperties('AWS::Batch::JobDefinition', {
    ContainerProperties: {
      Environment: Match.arrayWith([{ Name: 'SPOT_INSTANCE', Value: 'true' }]),
    },
  });
});

it.each([
  [{}, 3 * 86_400],
  [{ trainerDays: '14' }, 14 * 86_400],
  [{ trainerDays: '0.5' }, 43_200],
])('gives a job as many days as the context says, three by default: %j', (given, seconds) => {
  synthesized({ ...context, ...given }, 'OneshotTrainer').hasResourceProperties('AWS::Batch::JobDefinition', {
    Timeout: { AttemptDurationSeconds: seconds },
  });
});

it('is refused with a time limit that Batch cannot have', () => {
  for (const trainerDays of ['0', '-1', 'Infinity', 'long'])
    expect(() => buildApp({ context: { ...context, trainerDays } })).toThrow(
      expect.objectContaining({ code: 'context-invalid' }),
    );
});

it('has a budget whose alarms somebody hears', () => {
  synthesized({ ...context, trainerBudgetUsd: '50' }, 'OneshotTrainer').hasResourceProperties(
    'AWS::Budgets::Budget',
    { Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' } } },
  );
});

it('is refused without an address for its budget', () => {
  const alone = { trainer: context.trainer };
  expect(() => buildApp({ context: alone })).toThrow(expect.objectContaining({ code: 'context-invalid' }));
});

it('is not deployed unless asked for', () => {
  expect(buildApp({ context: withoutBundles }).node.tryFindChild('OneshotTrainer')).toBeUndefined();
});

it.each([{}, { generator: 'container' }, context])('leaves cdk-nag nothing to say: %j', (given) => {
  const app = buildApp({ context: { ...given, ...withoutBundles } });
  app.synth();
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});
