import { z } from 'zod';

/** What a token allows; `write` includes `read`. */
export const TokenScope = z.enum(['read', 'write']);
export type TokenScope = z.infer<typeof TokenScope>;

/** `tokens/{sha256 of the token}.json`: who holds a token that nobody can read back. */
export const Token = z.object({
  schemaVersion: z.literal(1),
  /** One that `isTokenName` allows, unless the token is older than that rule. */
  name: z.string().min(1).max(100),
  scope: TokenScope,
  /** Milliseconds since 1970. */
  createdAt: z.number(),
});
export type Token = z.infer<typeof Token>;

/** Finds who holds a token by its hash; `undefined` for tokens that are unknown or revoked. */
export type TokenSource = (sha256: string) => Promise<Token | undefined>;
