import type { Region } from './extraction.ts';

/** A closed box: what stands between its braces is `[from, to)`. */
export interface Box {
  /** Where its command begins. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** After the closing brace. */
  readonly end: number;
}

export interface Boxes {
  /** Outermost ones, in order. */
  readonly closed: readonly Box[];
  /** Where the last box begins that never closes, −1 if there is none. */
  readonly unclosed: number;
}

const COMMAND = /\\(?:boxed|fbox)(?![A-Za-z])\s*/y;
/** `\boxed 4` */
const BARE = /[-+]?[\w.]+/y;

/** Finds all boxes in one pass over the text. */
export function findBoxes(text: string, { start, end }: Region): Boxes {
  const closed: Box[] = [];
  const open: { start: number; from: number }[] = []; // −1: any other brace
  let at = firstBox(text, start);
  while (at < end) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) {
      at = afterCommand(text, at, end, open, closed);
      continue;
    }
    if (char === OPENING) open.push({ start: -1, from: -1 });
    else if (char === CLOSING) close(open.pop(), at, closed);
    at += 1;
  }
  return { closed, unclosed: open.findLast((box) => box.start >= 0)?.start ?? -1 };
}

const BACKSLASH = 92;
const OPENING = 123;
const CLOSING = 125;

function firstBox(text: string, start: number): number {
  const [boxed, framed] = [commandIndex(text, '\\boxed', start), commandIndex(text, '\\fbox', start)];
  return Math.min(boxed, framed);
}

/** A backslash after a backslash is a line break and begins no command. */
function commandIndex(text: string, command: string, start: number): number {
  for (let at = text.indexOf(command, start); at >= 0; at = text.indexOf(command, at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function afterCommand(
  text: string,
  at: number,
  end: number,
  open: { start: number; from: number }[],
  closed: Box[],
): number {
  COMMAND.lastIndex = at;
  const command = COMMAND.exec(text);
  if (!command) return at + 2; // an escaped brace is no brace
  const from = at + command[0].length;
  if (text.charCodeAt(from) === OPENING) {
    open.push({ start: at, from: from + 1 });
    return from + 1;
  }
  BARE.lastIndex = from;
  const bare = BARE.exec(text);
  if (bare && from < end && open.length === 0)
    closed.push({ start: at, from, to: from + bare[0].length, end: -1 });
  return from;
}

function close(box: { start: number; from: number } | undefined, to: number, closed: Box[]): void {
  if (box === undefined || box.start < 0) return;
  while ((closed.at(-1)?.start ?? -1) > box.start) closed.pop(); // those inside it
  closed.push({ start: box.start, from: box.from, to, end: to + 1 });
}
