import type { Node } from '../node/node.ts';
import type { Cursor } from './cursor.ts';
import { letterNode, parsePrimary } from './parse-primary.ts';

/** A number that LaTeX reads as a single digit where nothing braces it, or any other argument of a command. */
export function parseArgument(cursor: Cursor): Node {
  if (cursor.isMark('{')) {
    cursor.next();
    const node = cursor.nested(() => cursor.grammar.item(cursor));
    cursor.expect('}');
    return node;
  }
  const letter = cursor.takeLetter();
  return letter === undefined ? (cursor.takeDigit() ?? parsePrimary(cursor)) : letterNode(cursor, letter);
}
