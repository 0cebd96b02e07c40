import type { Token } from '#shared/records/tokens.ts';

/** Finds who holds a token by its hash; `undefined` for tokens that are unknown or revoked. */
export type TokenSource = (sha256: string) => Promise<Token | undefined>;
