import type { CodeTable } from './code-facts.ts';

/** What the HTTP API, and `oneshot serve` before it, refuse. */
export const httpApi = {
  'body-too-large': {
    means: 'The body is larger than may be sent.',
    advice: 'Send several smaller requests.',
    final: true,
    status: 413,
  },
  'cases-too-hard': {
    means: 'Judging the cases took too long.',
    advice: 'Send fewer at a time, or run `oneshot verify --batch` where they are.',
    final: true,
    status: 422,
  },
  'client-gone': {
    means: 'The client closed the connection before the answer.',
    advice: 'Nothing: nobody reads it.',
    final: true,
    status: 400,
  },
  'completions-unavailable': {
    means: 'This host has no decoder beside its API that completes texts.',
    advice: 'Ask that of `oneshot serve`, or `oneshot generate`.',
    final: true,
    status: 501,
  },
  'decoder-lost': {
    means: 'The thread in which `oneshot serve` computes texts ended in the middle.',
    advice:
      'Ask again: the model is loaded anew. If that ends as well, the model may need more memory than there is.',
    final: false,
    status: 503,
  },
  'cursor-invalid': {
    means: 'The cursor is not one that a page gave.',
    advice: 'Begin again without it.',
    final: true,
    status: 400,
  },
  'expectation-unsupported': {
    means: 'The request has an Expect header that is not kept.',
    advice: 'Send none but `100-continue`.',
    final: true,
    status: 417,
  },
  'form-foreign': {
    means: 'A form was sent that no page of this server gave to this visitor.',
    advice: 'Load the page again and repeat it.',
    final: true,
    status: 403,
  },
  'headers-too-large': {
    means: 'The headers are larger than may be sent.',
    advice: 'Send fewer.',
    final: true,
    status: 431,
  },
  'host-invalid': {
    means: 'The request has no Host header, or several.',
    advice: 'Send one, the address of the server.',
    final: true,
    status: 400,
  },
  'host-unknown': {
    means: 'Host names another server than this one.',
    advice: 'Ask it by one of the names that the detail gives.',
    final: true,
    status: 421,
  },
  'json-invalid': {
    means: 'The body, or a line of a batch, is no JSON in UTF-8.',
    advice: 'Send one JSON value in UTF-8.',
    final: true,
    status: 400,
  },
  'log-elsewhere': {
    means: 'This host does not keep what the drivers of runs say.',
    advice: 'Look where the run was trained: `oneshot logs RUN` there; of a Batch job in CloudWatch.',
    final: true,
    status: 501,
  },
  'media-type-unsupported': {
    means: 'The body is not declared as JSON.',
    advice: 'Send `Content-Type: application/json`.',
    final: true,
    status: 415,
  },
  'method-unsupported': {
    means: 'The path does not take this method.',
    advice: 'Use one that the detail names.',
    final: true,
    status: 405,
  },
  'origin-foreign': {
    means: 'A page of another site tried to change something.',
    advice: 'Send the request from a program, or from a page of this server.',
    final: true,
    status: 403,
  },
  'query-unknown': {
    means: 'The query has a parameter, or a value of one, that there is not.',
    advice: 'Use those that the detail names.',
    final: true,
    status: 422,
  },
  'request-invalid': {
    means: 'The body or the path of a request does not fit its schema.',
    advice: 'Correct what the detail names; `GET /docs` describes it.',
    final: true,
    status: 400,
  },
  'request-malformed': {
    means: 'This is no HTTP request, or it names no path.',
    advice: 'Send HTTP with a path such as /docs.',
    final: true,
    status: 400,
  },
  'request-timeout': {
    means: 'The request took too long to come.',
    advice: 'Send it at once.',
    final: false,
    status: 408,
  },
  'route-unknown': {
    means: 'There is no such route.',
    advice: 'Take one that `GET /docs` lists.',
    final: true,
    status: 404,
  },
  'scope-insufficient': {
    means: 'The token may only read, and the request writes.',
    advice: 'Use a token with the scope that the detail names.',
    final: true,
    status: 403,
  },
  'server-answer-invalid': {
    means: 'What answered is not the API of oneshot.',
    advice: 'See that the address is that of `oneshot serve` or of a deployment.',
    final: true,
  },
  'server-unreachable': {
    means: 'The server of the API cannot be reached.',
    advice: 'See that the address is right and that the server runs.',
    final: false,
  },
  'streaming-unavailable': {
    means: 'This host answers whole responses only.',
    advice: 'Poll the evaluation with its ETag instead.',
    final: true,
    status: 501,
  },
  'token-file-invalid': {
    means: 'The file holds no token.',
    advice: 'Write one line, such as `openssl rand -hex 32` gives.',
    final: true,
  },
  'token-file-unreadable': {
    means: 'The file of the token cannot be read.',
    advice: 'Name a file that can be read.',
    final: true,
  },
  'token-missing': {
    means: 'The request brings no token.',
    advice: 'Send `Authorization: Bearer TOKEN`; `oneshot token create` makes one.',
    final: true,
    status: 401,
  },
  'token-name-invalid': {
    means: 'A token cannot have this name.',
    advice: 'Choose a name as the message says.',
    final: true,
  },
  'too-many-cases': {
    means: 'Too many cases of this token wait for a verdict.',
    advice: 'Wait for answers, then ask again.',
    final: false,
    status: 429,
  },
} as const satisfies CodeTable;
