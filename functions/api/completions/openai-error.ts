import type { Context, ErrorHandler } from 'hono';
import type { ErrorCode } from '#shared/error-codes/codes.ts';
import { factsOf } from '#shared/error-codes/codes.ts';
import { KnownError } from '#shared/errors.ts';
import type { LogEntry } from '#shared/log-entry.ts';
import type { ApiVariables } from '../../http/api-variables.ts';
import { problemOfError } from '../../http/on-error.ts';
import type { ProblemStatus } from '../../http/status-of.ts';

/** An error as OpenAI's API tells it. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** What a request of OpenAI's form asks for that cannot be had. */
export class OpenAiError extends KnownError {
  override name = 'OpenAiError';
  readonly status: ProblemStatus;
  /** Name of the field that is to blame. */
  readonly param: string | null;

  constructor(
    code: KnownError['code'],
    message: string,
    {
      status = 400,
      param = null,
      ...options
    }: ErrorOptions & { status?: ProblemStatus; param?: string | null } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.param = param;
  }
}

/** Codes that elsewhere are told of a folder or a problem, and here of what was asked. */
const ASKED: Readonly<Partial<Record<ErrorCode, ProblemStatus>>> = {
  'model-name-unknown': 404,
  'checkpoint-unknown': 404,
  'model-missing': 404,
  'prompt-empty': 400,
  'prompt-too-long': 400,
  'token-unknown': 400,
  'chat-template-missing': 400,
  'chat-template-failed': 400,
  'cache-too-small': 400,
};

/** What was thrown while a model was asked, as a client can mend it; anything else as it is. */
export function ofAsking(error: unknown): unknown {
  if (!(error instanceof KnownError) || error instanceof OpenAiError) return error;
  const { code, message } = error;
  const unfit = factsOf(code)?.roles?.includes('unfit-model') ? 422 : undefined;
  const status = ASKED[code as ErrorCode] ?? unfit; // a code that is not known here is in no table
  return status === undefined ? error : new OpenAiError(code, message, { status, cause: error });
}

/** Whatever was thrown, as OpenAI's clients read it; faults of ours are told to the log alone. */
export function openAiErrorOf(
  error: unknown,
  context: Context,
  log: (entry: LogEntry) => void,
): { readonly status: ProblemStatus; readonly body: OpenAiErrorBody } {
  if (error instanceof OpenAiError) {
    const { status, code, message, param } = error;
    return { status, body: { error: { message, type: typeOf(status), param, code } } };
  }
  const { status, code, detail } = problemOfError(error, context, log);
  return { status, body: { error: { message: detail, type: typeOf(status), param: null, code } } };
}

export function onOpenAiError(log: (entry: LogEntry) => void): ErrorHandler<ApiVariables> {
  return (error, context) => {
    const { status, body } = openAiErrorOf(error, context, log);
    if (status === 401) context.header('WWW-Authenticate', 'Bearer');
    return context.json(body, status);
  };
}

function typeOf(status: ProblemStatus): string {
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
