import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { KnownError } from '../../errors.ts';

/** The error of a batch that was sent in part: to be sent again, unless SQS will never take some message. */
export function unsentOf(failed: readonly BatchResultErrorEntry[]): Error {
  const reasons = [...new Set(failed.map(({ Code, Message }) => `${Code}: ${Message}`))].join('; ');
  const refused = failed.filter(({ SenderFault }) => SenderFault);
  if (refused.length > 0)
    return new KnownError(
      'message-refused',
      `SQS refused ${refused.length} messages (${reasons}). Send text without control characters, of at most 1 MiB.`,
    );
  const error = new Error(`SQS did not take ${failed.length} messages of a batch (${reasons})`);
  return Object.assign(error, { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
}
