import { USD_PER_GB_SECOND, USD_PER_INVOCATION } from '#functions/admission/lambda-cost.ts';
import type { StoreCounts } from './counting-store.ts';

/** USD in us-east-1. @see https://aws.amazon.com/s3/pricing/ https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/lambda/pricing/ */
export const PRICE = {
  put: 0.005 / 1000,
  list: 0.005 / 1000,
  get: 0.0004 / 1000,
  queueCall: 0.4 / 1e6,
  invocation: USD_PER_INVOCATION,
  gigabyteSecond: USD_PER_GB_SECOND,
};
/** Send, receive and delete of each message. */
const CALLS_PER_MESSAGE = 3;
/** What plan, verify and the API have. */
const CONTROL_GIGABYTES = 0.5;

/**
 * Control plane of one evaluation on AWS: requests, messages, and the seconds of every stage but generate, whose time
 * is the model's and not the plane's.
 */
export function controlPlaneUsd(counts: StoreCounts, messages: number, controlSeconds: number): number {
  const storage = counts.puts * PRICE.put + counts.lists * PRICE.list + counts.gets * PRICE.get;
  const queues = messages * CALLS_PER_MESSAGE * PRICE.queueCall;
  const functions = messages * PRICE.invocation + controlSeconds * CONTROL_GIGABYTES * PRICE.gigabyteSecond;
  return storage + queues + functions;
}
