import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { keys } from '#shared/storage/keys.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';

/** Where nothing is ever overwritten, whoever asks. */
export const CREATE_ONCE_PREFIXES = [
  keys.prefix.blobs,
  keys.prefix.allStates,
  keys.prefix.models,
  keys.prefix.allRounded,
  keys.prefix.problemSets,
  keys.prefix.recordings,
  keys.prefix.runs,
  keys.prefix.generations,
  keys.prefix.allCaches,
  keys.prefix.evaluations,
  keys.prefix.index,
  keys.prefix.tokens,
  keys.prefix.dead,
];

/**
 * The object store. It survives its stack: results are what is left of all the work.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function resultsBucket(scope: Construct, { target }: Settings): Bucket {
  const bucket = new Bucket(scope, 'Results', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: target === 'aws',
    lifecycleRules: [
      { abortIncompleteMultipartUploadAfter: Duration.days(7) },
      // Whoever goes on without them runs the tokens again.
      { prefix: keys.prefix.allCaches, expiration: Duration.days(2) },
    ],
    removalPolicy: target === 'aws' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'CreateOnce',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: CREATE_ONCE_PREFIXES.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
      conditions: {
        Null: { 's3:if-none-match': 'true' },
        // The parts of a large upload carry no condition; what makes the object of them does.
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    }),
  );
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'One tenant, objects named by digest and never overwritten: whoever needs to know who read them turns on ' +
      'CloudTrail data events for the account.',
  );
  return bucket;
}
