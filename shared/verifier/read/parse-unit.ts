import type { Cursor } from './cursor.ts';
import { isMultiplier } from './multiplied.ts';
import { startsCondition } from './parse-condition.ts';
import { isConnector } from './separator.ts';
import type { Token } from './token.ts';

/** A unit of more parts is none. */
const MOST_PARTS = 16;

/**
 * Takes the unit that stands behind a value: `\text{cm}^2`, `miles per hour`, `\text{m}/\text{s}`. The longest run of
 * tokens that reads as one.
 *
 * @returns the unit as one text, `undefined` where none begins
 */
export function takeUnit(cursor: Cursor): string | undefined {
  return startsUnit(cursor) ? longestUnit(cursor, '') : undefined;
}

/** `5/\text{s}`: the slash belongs to the unit. */
export function takeUnitAfterSlash(cursor: Cursor): string | undefined {
  const token = cursor.peek(1);
  if (token.kind !== 'text' || isConnector(token.text)) return undefined;
  const position = cursor.position;
  cursor.next();
  const unit = longestUnit(cursor, '/');
  if (unit === undefined) cursor.reset(position);
  return unit;
}

function startsUnit(cursor: Cursor): boolean {
  const { token } = cursor;
  if (cursor.words?.(token) || startsCondition(cursor)) return false;
  const { units, known } = cursor.unitWords;
  if (token.kind === 'word') return units.isWord(token.text, known);
  return token.kind === 'text' && !isConnector(token.text);
}

function longestUnit(cursor: Cursor, before: string): string | undefined {
  const { units, known } = cursor.unitWords;
  let written = before;
  let unit: string | undefined;
  let end = cursor.position;
  for (let parts = 0; parts < MOST_PARTS; parts += 1) {
    const part = nextPart(cursor, parts === 0);
    if (part === undefined) break;
    written += part;
    if (units.read(written, known) === undefined) continue;
    unit = written.trim();
    end = cursor.position;
  }
  cursor.reset(end);
  return unit;
}

/** The next token as text, if a unit could go on with it. */
function nextPart(cursor: Cursor, first: boolean): string | undefined {
  const { token } = cursor;
  switch (token.kind) {
    case 'text':
      return isConnector(token.text) || isMultiplier(token) ? undefined : ` ${cursor.next().text.trim()}`;
    case 'word':
      return ` ${cursor.next().text}`;
    case 'symbol':
      return !first && isUnitLetter(cursor) ? ` ${cursor.next().text}` : undefined;
    case 'mark':
      return first ? undefined : markPart(cursor, token.text);
    default:
      return undefined;
  }
}

/** A letter that no bracket or sign makes something else. */
function isUnitLetter(cursor: Cursor): boolean {
  const after = cursor.peek(1);
  const alone = after.kind !== 'mark' || !['(', '_', "'", '='].includes(after.text);
  return cursor.unitWords.units.measureOf(cursor.token.text) !== undefined && alone;
}

function markPart(cursor: Cursor, mark: string): string | undefined {
  if (mark === '^') return powerPart(cursor);
  if (mark === '°') return cursor.next().text;
  const next = cursor.peek(1);
  if (mark === '.') return cursor.next().text;
  return (mark === '/' || mark === '*') && isPartOfUnit(next) ? cursor.next().text : undefined;
}

function isPartOfUnit({ kind }: Token): boolean {
  return kind === 'text' || kind === 'word' || kind === 'symbol';
}

/** `^2`, `^{-1}` */
function powerPart(cursor: Cursor): string | undefined {
  cursor.next();
  const braced = cursor.skip('{');
  const sign = cursor.skip('-') ? '-' : '';
  const { token } = cursor;
  if (token.kind !== 'number' || !/^\d$/.test(token.text)) return undefined;
  cursor.next();
  return braced && !cursor.skip('}') ? undefined : `^${sign}${token.text}`;
}
