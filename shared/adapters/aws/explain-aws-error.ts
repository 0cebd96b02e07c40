import type { ErrorCode } from '../../error-codes/codes.ts';
import { KnownError, messageOf } from '../../errors.ts';
import { codeOf, isTransient, statusOf } from './is-transient.ts';

/** One kind of failure: how it is recognised, and what to do about it. */
interface Explanation {
  readonly code: ErrorCode;
  readonly names: readonly string[];
  readonly advice: (what: string) => string;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    code: 'credentials-missing',
    names: ['CredentialsProviderError', 'TokenProviderError', 'ExpiredToken', 'ExpiredTokenException'],
    advice: (what) =>
      `There are no valid AWS credentials for the ${what}. Log in with "aws sso login" or "aws configure", or set ` +
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  {
    code: 'bucket-missing',
    names: ['NoSuchBucket'],
    advice: (what) =>
      `AWS has no ${what}. Take the name from the outputs of the deployed stack, and check the account.`,
  },
  {
    code: 'queue-missing',
    names: ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
    advice: (what) =>
      `AWS has no ${what}. Take its URL from the outputs of the deployed stack, and check account and region.`,
  },
  {
    code: 'region-wrong',
    names: [
      'PermanentRedirect',
      'AuthorizationHeaderMalformed',
      'IllegalLocationConstraintException',
      'InvalidRegionError',
    ],
    advice: (what) => `The ${what} is in another region. Set AWS_REGION to the region of the deployed stack.`,
  },
  {
    code: 'access-denied',
    names: [
      'AccessDenied',
      'AccessDeniedException',
      'Forbidden',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
      '403',
    ],
    advice: (what) =>
      `AWS does not let these credentials use the ${what}. Check AWS_PROFILE and the permissions of its role: the ` +
      'deployed stack lists what each part needs.',
  },
];

/**
 * A failure of AWS, or of the way to it, as a `KnownError` that says what to do; anything else as it is.
 *
 * @param what - the thing asked for, such as `bucket oneshot-results`
 */
export function explainAwsError(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof KnownError) return error;
  const found = EXPLANATIONS.find(({ names }) => names.includes(nameOf(error)));
  const { code, advice } = found ?? otherwise(error) ?? {};
  if (!code || !advice) return error;
  return new KnownError(code, `${advice(what)} (${messageOf(error)})`, { cause: error });
}

/** An answer without a body, as to HEAD, has a status and no name of its own. */
function nameOf(error: Error): string {
  if (error.message.startsWith('Region is missing')) return 'InvalidRegionError';
  switch (statusOf(error)) {
    case 301:
      return 'PermanentRedirect';
    case 403:
      return EXPLANATIONS.some(({ names }) => names.includes(error.name)) ? error.name : '403';
    default:
      return error.name;
  }
}

function otherwise(error: Error): Omit<Explanation, 'names'> | undefined {
  if (statusOf(error) === undefined && (isTransient(error) || codeOf(error) === 'ENOTFOUND'))
    return {
      code: 'endpoint-unreachable',
      advice: (what) =>
        `The ${what} cannot be reached. Check the network, AWS_REGION, and AWS_ENDPOINT_URL if it is set.`,
    };
  if (isTransient(error))
    return {
      code: 'service-unavailable',
      advice: (what) =>
        `The ${what} did not answer properly for a while. Run again later; what was stored so far is kept.`,
    };
  return undefined;
}
