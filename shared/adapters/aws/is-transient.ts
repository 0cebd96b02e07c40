/** What services answer when the same request may be granted a moment later. */
const NAMES = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeTooSkewed', // the client has corrected its clock by then
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestThrottled',
]);
/** Connections that broke or could not be made yet. A name that no server knows stays unknown. */
const CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
/** 409 is S3's word for two conditional requests, or a deletion, that met. */
const STATUSES = new Set([409, 429, 500, 502, 503, 504]);

/** Whether the same request may succeed when it is sent again. It may have taken effect, too. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof Error &&
    (NAMES.has(error.name) || CODES.has(codeOf(error)) || STATUSES.has(statusOf(error) ?? 0))
  );
}

/** The HTTP status of an answer that the SDK threw as an error. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}

/** The code of a system call's error, or nothing. */
export function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
