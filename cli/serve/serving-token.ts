import { readFile } from 'node:fs/promises';
import { newToken } from '#functions/tokens/new-token.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { KnownError } from '#shared/errors.ts';

const SHORTEST = 16;

/** A token that one server knows while it runs. */
export interface ServingToken {
  readonly text: string;
  /** It was made up for this server and has to be shown: nobody else knows it. */
  readonly isNew: boolean;
  readonly sha256: string;
}

/**
 * The token of a file, else a new one.
 *
 * @throws {KnownError} `token-file-unreadable`, `token-file-invalid`
 */
export async function servingToken(file: string | undefined): Promise<ServingToken> {
  if (file === undefined) {
    const { token, sha256 } = newToken();
    return { text: token, isNew: true, sha256 };
  }
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `The token file ${file} cannot be read. Name a file that holds one line, the token.`;
    throw new KnownError('token-file-unreadable', message, { cause });
  });
  const token = text.trim();
  if (token.length >= SHORTEST && /^[\w.~+/-]{1,200}=*$/.test(token))
    return { text: token, isNew: false, sha256: sha256Hex(token) };
  throw new KnownError(
    'token-file-invalid',
    `${file} holds no token: one line of ${SHORTEST} to 200 letters, digits and - . _ ~ + /. ` +
      'Try `openssl rand -hex 32`.',
  );
}
