import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { buildApp } from '#cdk/build-app.ts';
import { CREATE_ONCE_PREFIXES } from '#cdk/evaluation/results-bucket.ts';
import { packageRoot } from '#cli/package/package-root.ts';
import { resourcesOf, synthesized } from '../synthesized.ts';

const template = synthesized({ alarmEmail: 'somebody@example.org' });
const emulated = synthesized({ target: 'emulator' });

/** Logical id of what `{ Ref }` or `{ 'Fn::GetAtt' }` names. */
function target(reference: { Ref?: string; 'Fn::GetAtt'?: [string, string] }): string {
  return reference.Ref ?? reference['Fn::GetAtt']?.[0] ?? '';
}

describe('the bucket', () => {
  it('refuses plain HTTP', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('refuses puts without a condition wherever objects are created once', () => {
    const [[, policy]] = resourcesOf(template, 'AWS::S3::BucketPolicy') as [readonly [string, never]];
    const text = JSON.stringify(policy);
    expect(text).toContain('"Null":{"s3:if-none-match":"true"}');
    for (const prefix of CREATE_ONCE_PREFIXES) expect(text).toContain(`/${prefix}*`);
  });

  it('counts every key of the store as created once, but for markers and measurements', () => {
    // Every key starts with its prefix in the source of keys.ts.
    const source = readFileSync(join(packageRoot, 'shared/storage/keys.ts'), 'utf8');
    const table = source.slice(source.indexOf('const round ='), source.indexOf('\n};'));
    const prefixes = [...table.matchAll(/[`'](\w[\w-]*\/)/g)].map(([, prefix]) => prefix);
    expect([...new Set(prefixes)].sort()).toEqual([...CREATE_ONCE_PREFIXES, 'pending/', 'telemetry/'].sort());
  });

  it('survives its stack on AWS and goes with it on an emulator', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    emulated.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });
});

describe('queues', () => {
  const mappings = (of: typeof template) => resourcesOf(of, 'AWS::Lambda::EventSourceMapping');

  it.each([
    ['AWS', template],
    ['the emulator', emulated],
  ])('hide a message six times as long as its function may take, on %s', (_, of) => {
    const queues = new Map(resourcesOf(of, 'AWS::SQS::Queue'));
    const functions = new Map(resourcesOf(of, 'AWS::Lambda::Function'));
    expect(mappings(of)).toHaveLength(6); // three stages, and the dead letters of each
    for (const [, { Properties }] of mappings(of)) {
      const visibility = queues.get(target(Properties.EventSourceArn))?.Properties.VisibilityTimeout;
      const timeout = functions.get(target(Properties.FunctionName))?.Properties.Timeout;
      expect(visibility).toBeGreaterThanOrEqual(6 * timeout);
    }
  });

  it('give a message four deliveries before it is a dead letter', () => {
    const queues = resourcesOf(template, 'AWS::SQS::Queue');
    const redriven = queues.filter(([, { Properties }]) => Properties.RedrivePolicy);
    expect(redriven).toHaveLength(3);
    for (const [, { Properties }] of redriven) {
      expect(Properties.RedrivePolicy.maxReceiveCount).toBe(4);
      expect(target(Properties.RedrivePolicy.deadLetterTargetArn)).toMatch(/DeadLetters/);
    }
  });

  it('take back only the messages of a batch that failed', () => {
    for (const [, { Properties }] of mappings(template)) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
  });

  it('hand generate one message at a time', () => {
    const generate = mappings(template).find(([, { Properties }]) =>
      target(Properties.EventSourceArn).startsWith('GenerateQueue'),
    );
    expect(generate?.[1].Properties.BatchSize).toBe(1);
  });
});

describe('alarms', () => {
  const runbook = readFileSync(join(packageRoot, 'docs/runbook.md'), 'utf8');
  const anchors = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');

  it.each(alarms.map(([id, { Properties }]) => [id, Properties.AlarmDescription as string]))(
    '%s names an entry of the runbook',
    (_, description) => {
      expect(anchors).toContain(/docs\/runbook\.md#([a-z-]+)$/.exec(description)?.[1]);
    },
  );

  it('leave no entry of the runbook without an alarm', () => {
    const named = alarms.map(([, { Properties }]) => /#([a-z-]+)$/.exec(Properties.AlarmDescription)?.[1]);
    expect([...new Set(named)].sort()).toEqual([...anchors].sort());
  });

  it('watch every queue, its dead letters and every function, and tell somebody', () => {
    const watched = JSON.stringify(alarms);
    for (const [id] of resourcesOf(template, 'AWS::SQS::Queue')) expect(watched).toContain(id);
    for (const [id] of resourcesOf(template, 'AWS::Lambda::Function')) expect(watched).toContain(id);
    for (const [, { Properties }] of alarms) expect(Properties.AlarmActions).toHaveLength(1);
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'somebody@example.org' });
  });
});

it('deploys no topic where nobody listens', () => {
  synthesized().resourceCountIs('AWS::SNS::Topic', 0);
});

it('keeps no log for ever', () => {
  const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
  expect(groups.length).toBeGreaterThanOrEqual(7);
  for (const [, { Properties }] of groups) expect(Properties.RetentionInDays).toBe(30);
});

it('sweeps on a schedule', () => {
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  emulated.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
});

describe('the generate function', () => {
  const GENERATE = { Layers: Match.anyValue() }; // the only one that has a layer
  const generate = (context: Readonly<Record<string, string>>) => {
    const made = synthesized(context);
    const [found] = Object.values(made.findResources('AWS::Lambda::Function', { Properties: GENERATE }));
    const mapping = resourcesOf(made, 'AWS::Lambda::EventSourceMapping').find(([, { Properties }]) =>
      target(Properties.EventSourceArn).startsWith('GenerateQueue'),
    );
    const queue = resourcesOf(made, 'AWS::SQS::Queue').find(([id]) => id.startsWith('GenerateQueue'));
    return {
      memory: found?.['Properties'].MemorySize,
      disk: found?.['Properties'].EphemeralStorage.Size,
      cacheBytes: Number(found?.['Properties'].Environment.Variables.MODEL_CACHE_BYTES),
      timeout: found?.['Properties'].Timeout,
      visibility: queue?.[1].Properties.VisibilityTimeout,
      concurrency: mapping?.[1].Properties.ScalingConfig.MaximumConcurrency,
      told: resourcesOf(made, 'AWS::Lambda::Function').flatMap(([, { Properties }]) => {
        const { GENERATE_MEMORY_MIB: memory, GENERATE_CONCURRENCY: concurrency } =
          Properties.Environment.Variables;
        return memory === undefined ? [] : [[memory, concurrency]];
      }),
    };
  };

  it('is small enough for a new account unless somebody says otherwise', () => {
    expect(generate({})).toMatchObject({ memory: 3008, disk: 2048, timeout: 300, concurrency: 50 });
    expect(generate({ target: 'emulator' })).toMatchObject({ timeout: 60, concurrency: 2 });
  });

  it('has the memory, disk, time and concurrency that the context says', () => {
    const made = generate({
      generateMemoryMib: '10240',
      generateDiskMib: '10240',
      generateTimeoutSeconds: '900',
      generateConcurrency: '1000',
    });
    expect(made).toMatchObject({ memory: 10_240, disk: 10_240, timeout: 900, concurrency: 1000 });
    expect(made.visibility).toBe(5400);
    expect(made.cacheBytes).toBeGreaterThan(9e9);
    expect(made.cacheBytes).toBeLessThan(10_240 * 2 ** 20);
    // Plan, which prices a round by it, and the API, which shows the limit.
    expect(made.told).toEqual(
      expect.arrayContaining([
        ['10240', undefined],
        ['10240', '1000'],
      ]),
    );
  });

  it.each([
    { generateMemoryMib: '512' },
    { generateMemoryMib: '10241' },
    { generateMemoryMib: '2000.5' },
    { generateDiskMib: '1000' },
    { generateDiskMib: '10241' },
    { generateTimeoutSeconds: '901' },
    { generateTimeoutSeconds: 'long' },
    { generateConcurrency: '1' },
    { generateConcurrency: '1001' },
    { generator: 'container', generateMemoryMib: '10240' },
  ])('is refused with what Lambda does not take: %j', (context) => {
    expect(() => buildApp({ context })).toThrow(expect.objectContaining({ code: 'context-invalid' }));
  });
});

it('leaves the generate queue to containers when told so, with a policy for them', () => {
  const external = synthesized({ generator: 'container' });
  external.resourceCountIs('AWS::Lambda::Function', 5);
  external.resourceCountIs('AWS::Lambda::LayerVersion', 0);
  external.resourceCountIs('AWS::IAM::ManagedPolicy', 1);
  const hosts = resourcesOf(external, 'AWS::Lambda::Function')
    .map(([, { Properties }]) => Properties.Environment.Variables.GENERATE_HOST)
    .filter((host) => host !== undefined);
  expect(hosts).toEqual(['container', 'container']); // plan and the API agree on it
});

it('tells the command line where everything is', () => {
  const outputs = Object.keys(template.findOutputs('*'));
  const queues = ['Plan', 'Generate', 'Verify'].flatMap((name) => [
    `${name}QueueUrl`,
    `${name}DeadLettersUrl`,
  ]);
  expect(outputs).toEqual(expect.arrayContaining(['ApiUrl', 'BucketName', 'Region', ...queues]));
});
