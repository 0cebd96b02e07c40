import { foreignCode, KnownError } from '#shared/errors.ts';

/** What the API answers where it cannot do what was asked: a problem document as an error. */
export class ApiError extends KnownError {
  override name = 'ApiError';
  /** Of the answer; 0 where there was none. */
  readonly status: number;
  /** Names the request in the log of the server. */
  readonly requestId: string | undefined;

  constructor(
    code: string,
    message: string,
    {
      status,
      requestId,
      cause,
    }: { readonly status: number; readonly requestId?: string; readonly cause?: unknown },
  ) {
    super(foreignCode(code), message, { cause });
    this.status = status;
    this.requestId = requestId;
  }
}
