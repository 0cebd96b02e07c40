/** Characters on either side of what was looked for. */
const CONTEXT = 70;

/** What was looked for, with what stands around it. */
export interface Passage {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/**
 * The first place of a text that holds what is looked for, in any case; `undefined` where it does not. Pure.
 *
 * Letters whose lower case is longer than they are could shift the place by some; such a text is searched as it is.
 */
export function matchedPassage(text: string, sought: string): Passage | undefined {
  const lower = text.toLowerCase();
  const at = (lower.length === text.length ? lower : text).indexOf(sought.toLowerCase());
  if (at < 0) return undefined;
  const end = at + sought.length;
  return {
    before: `${at > CONTEXT ? '…' : ''}${text.slice(Math.max(0, at - CONTEXT), at)}`,
    match: text.slice(at, end),
    after: `${text.slice(end, end + CONTEXT)}${end + CONTEXT < text.length ? '…' : ''}`,
  };
}
