/**
 * Texts of models, problems and users on a page, the one way in: `visibleText` for what is shown letter by letter,
 * `completionText` with the answer marked, `mathText` for what may hold formulas, `visibleLine` for names and attributes.
 * Whatever they say stays text: it opens no tag, leads nowhere, and changes neither the direction nor the look of what
 * stands around it.
 */

/**
 * Characters that a page would obey instead of showing: controls (C0 but tab and line feed, DEL, C1), separators of lines,
 * those that change the direction of the text around them, those without width, and tags.
 */
const OBEYED =
  /[\p{Zl}\p{Zp}\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|(?![\t\n])\p{Cc}/gu;

/**
 * A text of others as a page may show it: what would be obeyed is written out, such as `[U+202E]`, and halves of surrogate
 * pairs become U+FFFD. Still to be escaped, as every text: `html` of `hono/html` does.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replaceAll(OBEYED, writtenOut);
}

/** As `visibleText`, for names, titles and attributes: on one line. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll(/[\t\n]+/g, ' ');
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0; // a match is not empty
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
