import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { buildApp } from '#cdk/build-app.ts';
import { endpointVersions } from '#functions/admission/endpoint-settings.ts';
import { keys } from '#shared/storage/keys.ts';
import { resourcesOf, synthesized, withoutBundles } from '../synthesized.ts';

const context = {
  generator: 'gpu',
  gpuImage: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/oneshot-gpu:1',
  alarmEmail: 'a@example.org',
};
const template = synthesized(context, 'OneshotGpuWorkers');
const plane = synthesized(context);

/** The environment of the worker's container, where it is text. */
function workerEnvironment(): Record<string, unknown> {
  const [[, definition]] = resourcesOf(template, 'AWS::Batch::JobDefinition') as [readonly [string, never]];
  const { Environment } = (definition as { Properties: { ContainerProperties: { Environment: Pair[] } } })
    .Properties.ContainerProperties;
  return Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value]));
}
interface Pair {
  readonly Name: string;
  readonly Value: unknown;
}

describe('GPU workers', () => {
  it('are Spot machines that do not exist while nobody evaluates', () => {
    template.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: { Type: 'SPOT', MinvCpus: 0, MaxvCpus: 4 },
    });
  });

  it('are as many as the context says, at most', () => {
    const several = synthesized({ ...context, gpuMachines: '3' }, 'OneshotGpuWorkers');
    several.hasResourceProperties('AWS::Batch::ComputeEnvironment', { ComputeResources: { MaxvCpus: 12 } });
    several.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ BatchParameters: Match.objectLike({ ArrayProperties: { Size: 3 } }) })],
    });
  });

  it('begin when messages wait in the generate queue', () => {
    const [[alarm, { Properties }]] = resourcesOf(template, 'AWS::CloudWatch::Alarm') as [
      ReturnType<typeof resourcesOf>[number],
    ];
    expect(Properties).toMatchObject({ MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1 });
    expect(JSON.stringify(Properties.Dimensions)).toContain('GenerateQueue');
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [{ 'Fn::GetAtt': [alarm, 'Arn'] }],
        detail: { state: { value: ['ALARM'] } },
      }),
      Targets: [Match.objectLike({ BatchParameters: Match.anyValue() })],
    });
  });

  it('end by themselves, and are started again where their machine was taken away', () => {
    expect(workerEnvironment()).toMatchObject({ IDLE_SECONDS: '300', STAGE: 'generate' });
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      RetryStrategy: {
        Attempts: 10,
        EvaluateOnExit: [
          { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
          { Action: 'RETRY', OnExitCode: '75' },
          { Action: 'EXIT', OnReason: '*' },
        ],
      },
      Timeout: { AttemptDurationSeconds: 86_400 },
    });
  });

  it('have a GPU, and manage the server that evaluations name', () => {
    template.hasResourceProperties('AWS::Batch::JobDefinition', {
      ContainerProperties: {
        ResourceRequirements: Match.arrayWith([{ Type: 'GPU', Value: '1' }]),
      },
    });
    const environment = workerEnvironment();
    expect(environment).toMatchObject({ MODEL_SERVER_ENDPOINT: 'gpu', MODEL_SERVER_COMMAND: 'vllm' });
    const versions = { gpu: 'vllm/0.32.0 fp32' };
    expect(endpointVersions({ ONESHOT_ENDPOINTS: `${environment['ONESHOT_ENDPOINTS']}` })).toEqual(versions);
    const allowed = resourcesOf(plane, 'AWS::Lambda::Function').flatMap(
      ([, { Properties }]) => Properties.Environment.Variables.ONESHOT_ENDPOINTS ?? [],
    );
    expect(allowed.length).toBeGreaterThanOrEqual(2); // plan and the API
    for (const ONESHOT_ENDPOINTS of allowed)
      expect(endpointVersions({ ONESHOT_ENDPOINTS })).toEqual(versions);
  });

  it('keep the servers that the context names besides', () => {
    const endpoints = '{"mine": {"url": "http://example.org"}}';
    const several = synthesized({ ...context, endpoints });
    const [text] = resourcesOf(several, 'AWS::Lambda::Function').flatMap(
      ([, { Properties }]) => Properties.Environment.Variables.ONESHOT_ENDPOINTS ?? [],
    );
    expect(Object.keys(endpointVersions({ ONESHOT_ENDPOINTS: text })).sort()).toEqual(['gpu', 'mine']);
  });

  it('take messages of their own queue alone, and put what the generate function puts', () => {
    const text = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(text).toContain('sqs:ReceiveMessage');
    expect(text).toContain(`/${keys.prefix.allRounded}*`);
    expect(text).not.toContain(`/${keys.prefix.tokens}`);
    expect(text).not.toContain('"s3:*"');
  });

  it('take the place of the generate function', () => {
    plane.resourceCountIs('AWS::Lambda::Function', 5);
    plane.resourceCountIs('AWS::Lambda::LayerVersion', 0);
  });
});

it.each([
  { generator: 'gpu', alarmEmail: context.alarmEmail },
  { generator: 'gpu', gpuImage: context.gpuImage },
  { gpuImage: context.gpuImage },
  { ...context, gpuMachines: '0' },
  { ...context, endpoints: '{"mine": ' },
  { ...context, generateMemoryMib: '10240' },
])('is refused: %j', (given) => {
  expect(() => buildApp({ context: given })).toThrow(expect.objectContaining({ code: 'context-invalid' }));
});

it('is not deployed unless asked for', () => {
  expect(buildApp({ context: withoutBundles }).node.tryFindChild('OneshotGpuWorkers')).toBeUndefined();
});

it('leaves cdk-nag nothing to say', () => {
  const app = buildApp({ context: { ...context, ...withoutBundles } });
  app.synth();
  expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
});
