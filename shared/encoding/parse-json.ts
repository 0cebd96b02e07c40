/** JSON as `JSON.parse` reads it, with what that reader changes in silence. */
export interface ParsedJson {
  readonly value: unknown;
  /** Digits of numbers that are members of the object itself, as they stand in the text: `1.0`, `9007199254740993`. */
  readonly digits: ReadonlyMap<string, string>;
  /** Numbers at any depth that `value` holds as others, too long or too large for a double. */
  readonly changed: readonly ChangedNumber[];
}

export interface ChangedNumber {
  readonly digits: string;
  /** The member of the object itself that it is or stands in. */
  readonly member: string;
}

/**
 * Parses JSON that somebody else wrote.
 *
 * @throws {SyntaxError} for a text that is no JSON, and for an object that has a key twice, of which `JSON.parse` would take
 *   the last
 */
export function parseJson(text: string): ParsedJson {
  const value: unknown = JSON.parse(text);
  const digits = new Map<string, string>();
  const changed: ChangedNumber[] = [];
  const open: Container[] = [];
  let member = '';
  for (const token of tokens(text)) {
    const container = open.at(-1);
    if (token === '{' || token === '[')
      open.push({ keys: token === '{' ? new Set() : undefined, isKeyNext: true });
    else if (token === '}' || token === ']') open.pop();
    else if (container && (token === ',' || token === ':')) container.isKeyNext = token === ',';
    else if (token.startsWith('"')) {
      if (!container?.keys || !container.isKeyNext) continue;
      const key = addKey(container.keys, token);
      if (open.length === 1) member = key;
    } else {
      if (open.length === 1 && container?.keys) digits.set(member, token);
      if (isChanged(token)) changed.push({ digits: token, member });
    }
  }
  return { value, digits, changed };
}

/** An object or a list that has not ended yet. */
interface Container {
  /** Of an object, those so far. */
  readonly keys: Set<string> | undefined;
  isKeyNext: boolean;
}

function addKey(keys: Set<string>, literal: string): string {
  const key = JSON.parse(literal) as string; // a string
  if (keys.has(key)) throw new SyntaxError(`the key ${literal} stands twice in an object`);
  keys.add(key);
  return key;
}

/** Strings, numbers and marks of a text that is JSON; a literal such as `true` is left out. */
function* tokens(text: string): Generator<string> {
  const start = /["{}[\],:\d-]/g;
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const token =
      found[0] === '"' ? text.slice(found.index, endOfString(text, found.index)) : wholeNumber(text, found);
    start.lastIndex = found.index + token.length;
    yield token;
  }
}

/** @returns the place behind the string that begins at `start` */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
}

function wholeNumber(text: string, { 0: first, index }: RegExpExecArray): string {
  const number = /[-\d.eE+]*/y;
  number.lastIndex = index;
  return number.exec(text)?.[0] || first;
}

/** A whole number that a double neither holds nor is written as, or one too large or too small for any. Decimals may be rounded. */
function isChanged(digits: string): boolean {
  const value = Number(digits);
  if (!Number.isFinite(value)) return true;
  if (value === 0) return /^[^eE]*[1-9]/.test(digits);
  return /^-?\d+$/.test(digits) && BigInt(digits) !== BigInt(value) && String(value) !== digits;
}

/** Whether all texts in a value are texts: JSON can write half of a surrogate pair, which no encoding of Unicode can. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, entry]) => key.isWellFormed() && isWellFormed(entry));
}
