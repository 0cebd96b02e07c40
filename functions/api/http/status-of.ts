import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** The status of each code that a client can cause or mend. Whatever is not here is a fault of ours, 500. */
const STATUSES: Readonly<Record<string, ContentfulStatusCode>> = {
  'request-invalid': 400,
  'json-invalid': 400,
  'cursor-invalid': 400,
  'token-missing': 401,
  'token-unknown': 401,
  'scope-insufficient': 403,
  'route-unknown': 404,
  'evaluation-unknown': 404,
  'run-unknown': 404,
  'evaluation-unfinished': 409,
  'nothing-failed': 409,
  'round-running': 409,
  'round-over': 409,
  'rounds-exhausted': 409,
  'body-too-large': 413,
  'media-type-unsupported': 415,
  'benchmark-unknown': 422,
  'completions-missing': 422,
  'cost-too-high': 422,
  'endpoint-unknown': 422,
  'grader-unknown': 422,
  'model-missing': 422,
  'model-too-large': 422,
  'nothing-shared': 422,
  'problem-set-mismatch': 422,
  'problem-set-missing': 422,
  'too-many-completions': 422,
  'streaming-unavailable': 501,
  'disk-full': 507,
};

export function statusOf(code: string): ContentfulStatusCode {
  return STATUSES[code] ?? 500;
}
