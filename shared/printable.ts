/**
 * What a terminal obeys instead of showing it: control characters (C0, DEL, C1), line and paragraph separators, and
 * those that change the direction of the text around them.
 */
const OBEYED = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Whether a text holds nothing that a terminal would obey. */
export function isPrintable(text: string): boolean {
  return text.search(OBEYED) === -1;
}

/** A text of others on one line, as it may be shown: what a terminal would obey is written out, such as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, writtenOut);
}

/** As `printable`, for texts of several lines. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n');
}

/** A text of others as part of a line, where what it says matters and not how: what would be obeyed becomes a space. */
export function onOneLine(text: string): string {
  return text.replaceAll(new RegExp(`(?:${OBEYED.source})+`, 'gu'), ' ');
}

/** A value as one line of JSON, which means the same wherever it is shown. */
export function printableJson(value: unknown): string {
  return printable(JSON.stringify(value));
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
