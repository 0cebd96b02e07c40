import { KnownError } from '../../errors.ts';
import type { HubSettings } from './hub-settings.ts';

/** A model of a hub, at a branch, tag or commit. */
export interface HubName {
  /** `org/name` */
  readonly model: string;
  readonly revision: string;
}

/** What of a hub's answer says why it refuses. */
export interface HubAnswer {
  readonly status: number;
  /** Of the header `X-Error-Code`, which mirrors may leave away. */
  readonly errorCode: string | null;
}

/**
 * The error behind an answer of a hub that is no success; the hub answers 401 to who may not know whether a model exists.
 */
export function hubRefusal(
  { status, errorCode }: HubAnswer,
  { model, revision }: HubName,
  { endpoint, token }: Pick<HubSettings, 'endpoint' | 'token'>,
): KnownError {
  const page = `${endpoint}/${model}`;
  const sent = token === undefined ? 'No token was sent' : 'The token that was sent does not open it';
  if (errorCode === 'RepoNotFound' || (status === 404 && errorCode === null)) {
    return new KnownError(
      'hub-model-unknown',
      `${endpoint} has no model ${model}, or shows it to its owners alone. Check the name; for a private model set ` +
        `HF_TOKEN to a token that may read it. ${sent}.`,
    );
  }
  if (errorCode === 'RevisionNotFound') {
    return new KnownError(
      'hub-revision-unknown',
      `${model} has no revision ${revision}. Name a branch, tag or commit that ${page} lists, or none for main.`,
    );
  }
  if (status === 401 || status === 403) {
    return new KnownError(
      'hub-model-gated',
      `${model} is not open to everybody (${status}). Accept its licence at ${page}, then set HF_TOKEN to a token of that ` +
        `account (${endpoint}/settings/tokens). ${sent}.`,
    );
  }
  return new KnownError(
    'hub-answer-invalid',
    `${endpoint} answered ${status} where a hub tells of ${model}. Set HF_ENDPOINT to a hub, or leave it away.`,
  );
}
