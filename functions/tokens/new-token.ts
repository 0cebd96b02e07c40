import { randomBytes } from 'node:crypto';
import { sha256Hex } from '#shared/encoding/digest.ts';

/** Makes scanners of leaked secrets recognise it. */
const PREFIX = 'oneshot_';
const SIZE_BYTES = 32;

export interface NewToken {
  /** Shown once, stored nowhere. */
  readonly token: string;
  readonly sha256: string;
}

/** A token of 256 random bits, with the hash that stands for it. */
export function newToken(): NewToken {
  const token = `${PREFIX}${randomBytes(SIZE_BYTES).toString('base64url')}`;
  return { token, sha256: sha256Hex(token) };
}
