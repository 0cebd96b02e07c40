/** How a host lets browsers stay signed in. */
export interface BrowserSessions {
  /**
   * What the cookie of a browser holds once a token was shown: a token that the host's `tokens` know as well.
   *
   * @param token - that was shown and is known
   */
  readonly open: (token: string) => string;
  /** What a one-time code of a sign-in link gives, as `open`; `undefined` for one that is unknown, used or too old. */
  readonly redeem: (code: string) => string | undefined;
  /** What to do where a browser has no token, for people. */
  readonly advice: string;
}

/**
 * Nothing is remembered between requests, as on Lambda: the cookie holds the token itself, which only this site over
 * HTTPS gets to see. Whoever may read the cookie may as well read the token that was typed in.
 */
export const statelessSessions: BrowserSessions = {
  open: (token) => token,
  redeem: () => undefined,
  advice:
    'Ask whoever deployed this for a token, or make one: oneshot token create --name my-browser --scope read --aws FILE.',
};
