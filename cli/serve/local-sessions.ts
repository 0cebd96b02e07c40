import { randomBytes } from 'node:crypto';
import type { BrowserSessions } from '#functions/dashboard/browser-sessions.ts';
import { newToken } from '#functions/tokens/new-token.ts';
import type { TokenSource } from '#functions/tokens/token-source.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import type { Clock } from '#shared/ports/clock.ts';

/** Time to open the link that was printed. */
const CODE_MS = 15 * 60_000;
/** As long as the cookie. */
const SESSION_MS = 12 * 3600_000;
/** Browsers of one person. */
const MOST_SESSIONS = 100;
const CODE_BYTES = 24;

interface Session {
  /** Hash of the token that it stands for: what that one may, until it is revoked. */
  readonly of: string;
  readonly until: number;
}

/**
 * Sessions of a server that lives as long as they do. A cookie of 127.0.0.1 goes to every server of this machine that
 * the browser visits, whatever its port: so it holds a token of its own, good for this process and for some hours, and
 * never the token that was shown.
 */
export class LocalSessions implements BrowserSessions {
  readonly advice =
    'The command oneshot serve prints a link that signs in once, and a token that can be entered here. Whoever started it may start it anew for another link.';
  /** Knows the sessions, before the tokens that they stand for. */
  readonly tokens: TokenSource;
  /** Of the link; opens one session. */
  readonly code = randomBytes(CODE_BYTES).toString('base64url');
  readonly #clock: Clock;
  readonly #codeUntil: number;
  readonly #owner: string;
  readonly #sessions = new Map<string, Session>();
  #used = false;

  /** @param owner - hash of the token that the link stands for */
  constructor(owner: string, tokens: TokenSource, clock: Clock) {
    this.#owner = owner;
    this.#clock = clock;
    this.#codeUntil = clock.now() + CODE_MS;
    this.tokens = async (sha256) => {
      const session = this.#sessions.get(sha256);
      if (!session) return tokens(sha256);
      return session.until > this.#clock.now() ? tokens(session.of) : undefined;
    };
  }

  readonly open = (token: string): string => this.#begin(sha256Hex(token));

  readonly redeem = (code: string): string | undefined => {
    // Compared by hash: what a comparison's time could tell about a hash says nothing about the code.
    const right = sha256Hex(code) === sha256Hex(this.code);
    if (!right || this.#used || this.#clock.now() > this.#codeUntil) return undefined;
    this.#used = true;
    return this.#begin(this.#owner);
  };

  #begin(of: string): string {
    const { token, sha256 } = newToken();
    this.#sessions.set(sha256, { of, until: this.#clock.now() + SESSION_MS });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return token;
  }
}
