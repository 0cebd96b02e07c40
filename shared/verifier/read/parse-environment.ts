import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import type { Node } from './node.ts';
import { Unreadable } from './tokenize.ts';

const TABLES = /^(?:[pbvBV]?matrix|smallmatrix|array|[pb]smallmatrix)\*?$/;

/** After `\begin`: a matrix, or a wrapper such as `align` around one value. */
export function parseEnvironment(cursor: Cursor): Node {
  const name = bracedText(cursor);
  if (!TABLES.test(name)) return wrapped(cursor, name);
  if (name === 'array' && cursor.isMark('{')) bracedText(cursor);
  const rows = tableRows(cursor);
  closeEnvironment(cursor, name);
  if (rows.length === 0 || rows.some((row) => row.length !== rows[0]?.length))
    throw new Unreadable('a ragged matrix');
  const matrix: Node = { kind: 'matrix', rows };
  return name.startsWith('v') ? { kind: 'call', name: 'det', args: [matrix] } : matrix;
}

function tableRows(cursor: Cursor): Node[][] {
  const rows: Node[][] = [];
  let row: Node[] = [];
  while (!isEnd(cursor)) {
    if (cursor.skip('\\\\')) {
      if (row.length > 0) rows.push(row);
      row = [];
      continue;
    }
    row.push(cursor.grammar.item(cursor));
    if (!cursor.skip('&') && !cursor.isMark('\\\\') && !isEnd(cursor))
      throw new Unreadable('a cell expected');
  }
  return row.length > 0 ? [...rows, row] : rows;
}

function wrapped(cursor: Cursor, name: string): Node {
  if (!/^(?:align|aligned|equation|gather|gathered|split|displaymath|math|center)\*?$/.test(name)) {
    throw new Unreadable(`an environment ${name}`);
  }
  cursor.skip('&');
  const node = cursor.grammar.item(cursor);
  cursor.skip('\\\\');
  closeEnvironment(cursor, name);
  return node;
}

function closeEnvironment(cursor: Cursor, name: string): void {
  if (!isEnd(cursor)) throw new Unreadable(`\\end{${name}} expected`);
  cursor.next();
  if (bracedText(cursor) !== name) throw new Unreadable(`\\end{${name}} expected`);
}

function isEnd(cursor: Cursor): boolean {
  const { token } = cursor;
  if (token.kind === 'end') throw new Unreadable('an environment without end');
  return token.kind === 'command' && token.text === 'end';
}
