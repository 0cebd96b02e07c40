import { describe, expect, it } from 'vitest';
import { parseDeployment, parseTrainer } from '#shared/adapters/deployment.ts';
import { KnownError } from '#shared/errors.ts';

const outputs = {
  BucketName: 'oneshot-store',
  Region: 'eu-central-1',
  ApiUrl: 'https://example.test/',
  ...Object.fromEntries(
    ['Plan', 'Generate', 'Verify'].flatMap((name) => [
      [`${name}QueueUrl`, `https://sqs.test/1/${name}`],
      [`${name}DeadLettersUrl`, `https://sqs.test/1/${name}-dead`],
    ]),
  ),
};

describe('parseDeployment', () => {
  it('finds the evaluation stack among the stacks of the file', () => {
    const text = JSON.stringify({ TrainerStack: { JobQueue: 'q' }, EvaluationStack: outputs });
    expect(parseDeployment(text, 'outputs.json')).toMatchObject({
      bucket: 'oneshot-store',
      region: 'eu-central-1',
      queueUrls: {
        verify: { url: 'https://sqs.test/1/Verify', deadLetters: 'https://sqs.test/1/Verify-dead' },
      },
    });
  });

  it.each([
    ['no JSON', 'nothing'],
    ['no stack', '{}'],
    ['a stack without its queues', JSON.stringify({ EvaluationStack: { BucketName: 'oneshot-store' } })],
  ])('refuses %s and says how to write the file again', (_, text) => {
    expect(() => parseDeployment(text, 'outputs.json')).toThrow(KnownError);
    expect(() => parseDeployment(text, 'outputs.json')).toThrow(/outputs\.json.*--outputs-file/s);
  });
});

describe('parseTrainer', () => {
  it('finds queue and definition of the jobs', () => {
    const text = JSON.stringify({ Plane: outputs, Trainer: { JobQueue: 'arn:q', JobDefinition: 'arn:d' } });
    expect(parseTrainer(text, 'outputs.json')).toEqual({ queue: 'arn:q', definition: 'arn:d' });
  });

  it('says how to deploy one where there is none', () => {
    expect(() => parseTrainer(JSON.stringify({ Plane: outputs }), 'outputs.json')).toThrow(
      /-c trainer=IMAGE_URI/,
    );
  });
});
