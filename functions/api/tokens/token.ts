import { z } from 'zod';
import { isPrintable } from '#shared/printable.ts';
import type { Token } from '#shared/records/tokens.ts';

/**
 * Who will use a token, for people. Listings show it on terminals, which must have nothing to obey: no control
 * characters, no separators of lines, nothing that changes the direction of text.
 */
export const TokenName = z.string().min(1).max(100).refine(isPrintable);

/** Finds who holds a token by its hash; `undefined` for tokens that are unknown or revoked. */
export type TokenSource = (sha256: string) => Promise<Token | undefined>;
