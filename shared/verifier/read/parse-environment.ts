import type { ConditionalNode, Node } from '../node/node.ts';
import { bracedText } from './braced-text.ts';
import type { Cursor } from './cursor.ts';
import { itemBeforeWords, parseCondition, startsCondition } from './parse-condition.ts';
import { isRelationMark, parseRelation } from './parse-relation.ts';
import { isConnector, isOr } from './separator.ts';
import { Unreadable } from './tokenize.ts';

const MATRICES = /^(?:[pbvBV]?matrix|smallmatrix|[pbv]smallmatrix)\*?$/;
const CASES = /^(?:[dr]?cases|array)\*?$/;
const LINES =
  /^(?:align|aligned|alignat|alignedat|eqnarray|equation|gather|gathered|multline|split|displaymath|math|center)\*?$/;

/** After `\begin`: a matrix, a function given by cases, or lines that each state something. */
export function parseEnvironment(cursor: Cursor): Node {
  const name = bracedText(cursor);
  if (!MATRICES.test(name) && !CASES.test(name) && !LINES.test(name)) throw new Unreadable(); // an environment of no values
  if (/^(?:array|alignat|alignedat)/.test(name) && cursor.isMark('{')) bracedText(cursor);
  if (name.startsWith('array') || MATRICES.test(name)) skipOption(cursor);
  const table = new Table(cursor);
  closeEnvironment(cursor, name);
  if (MATRICES.test(name) && !isSystem(table)) return matrixOf(table.rows, name);
  if (LINES.test(name) || MATRICES.test(name)) return statementsOf(table);
  const plain = table.rows.flat().every((cell) => cell.kind === 'value' && cell.node.kind !== 'relation');
  return name.startsWith('array') && plain
    ? matrixOf(table.rows, name)
    : (piecesOf(table.rows) ?? statementsOf(table));
}

/** `\begin{array}[t]` */
function skipOption(cursor: Cursor): void {
  if (!cursor.isMark('[') || !cursor.isMark(']', 2)) return;
  if (!/^[tbc]$/.test(cursor.peek(1).text)) return;
  for (let count = 0; count < 3; count += 1) cursor.next();
}

/** A value, or when it holds. */
type Cell =
  | { readonly kind: 'value'; readonly node: Node }
  | { readonly kind: 'condition'; readonly conditions: readonly Node[] };

/** Cells up to `\end`. */
class Table {
  readonly rows: (readonly Cell[])[] = [];
  /** "or" stands between rows. */
  alternatives = false;
  readonly #cursor: Cursor;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    while (!isEnd(cursor)) {
      const row = this.#row();
      if (row.length > 0) this.rows.push(row);
      if (!cursor.skip('\\\\') && !isEnd(cursor)) throw new Unreadable(); // a cell expected
    }
  }

  #row(): readonly Cell[] {
    const cells: Cell[] = [];
    if (isRelationMark(this.#cursor.token)) this.#continueLastRow();
    while (!this.#isRowEnd()) {
      if (this.#cursor.skip('&') || this.#skipPunctuation()) continue;
      cells.push(this.#cell(cells.length));
    }
    return cells;
  }

  #cell(index: number): Cell {
    const cursor = this.#cursor;
    if (startsCondition(cursor)) {
      const { conditions } = parseCondition(cursor);
      return { kind: 'condition', conditions };
    }
    const node = index > 0 ? itemBeforeWords(cursor) : cursor.grammar.item(cursor);
    const words = index > 0 && !this.#isRowEnd() && !cursor.isMark('&') && !cursor.isMark(',');
    if (!words) return { kind: 'value', node };
    if (startsCondition(cursor)) return { kind: 'value', node };
    const { conditions } = parseCondition(cursor, node);
    return { kind: 'condition', conditions };
  }

  /** `= 5` below `x = 2 + 3` goes on with it. */
  #continueLastRow(): void {
    const row = this.rows.pop();
    const [cell] = row ?? [];
    if (row?.length !== 1 || cell?.kind !== 'value') throw new Unreadable(); // a relation without its left side
    this.rows.push([{ kind: 'value', node: parseRelation(this.#cursor, cell.node) }]);
  }

  #isRowEnd(): boolean {
    return this.#cursor.isMark('\\\\') || isEnd(this.#cursor);
  }

  #skipPunctuation(): boolean {
    const cursor = this.#cursor;
    if (cursor.skip(',') || cursor.skip(';') || cursor.skip('.')) return true;
    if (cursor.token.kind !== 'text' || !isConnector(cursor.token.text)) return false;
    this.alternatives ||= isOr(cursor.next().text);
    return true;
  }
}

/** `\left\{\begin{matrix} x = 1 \\ y = 2 \end{matrix}\right.` */
function isSystem({ rows }: Table): boolean {
  return rows.length > 1 && rows.every(([cell]) => cell?.kind === 'value' && cell.node.kind === 'relation');
}

function matrixOf(rows: readonly (readonly Cell[])[], name: string): Node {
  const nodes = rows.map((row) => row.map(nodeOf));
  if (nodes.length === 0 || nodes.some((row) => row.length !== nodes[0]?.length)) throw new Unreadable(); // a ragged matrix
  const matrix: Node = { kind: 'matrix', rows: nodes };
  return name.startsWith('v') ? { kind: 'call', name: 'det', args: [matrix] } : matrix;
}

function nodeOf(cell: Cell): Node {
  if (cell.kind === 'condition') throw new Unreadable(); // a condition in a matrix
  return cell.node;
}

/** `value & condition` in each row. */
function piecesOf(rows: readonly (readonly Cell[])[]): Node | undefined {
  const pieces: ConditionalNode[] = [];
  for (const [value, ...rest] of rows) {
    if (value?.kind !== 'value' || value.node.kind === 'relation' || rest.length === 0) return undefined;
    const conditions = rest.flatMap((cell) => (cell.kind === 'condition' ? cell.conditions : [cell.node]));
    if (!conditions.every((each) => each.kind === 'relation' || each.kind === 'list' || each.kind === 'text'))
      return undefined;
    pieces.push({ kind: 'conditional', value: value.node, conditions, restricted: true });
  }
  return pieces.length > 0 ? { kind: 'piecewise', pieces } : undefined;
}

/** One statement a row; of several in one row all hold together. */
function statementsOf({ rows, alternatives }: Table): Node {
  const items = rows.map((row): Node => {
    const nodes = row.map(nodeOf);
    const [only] = nodes;
    if (nodes.length > 1 && nodes.some((node) => node.kind !== 'relation')) throw new Unreadable(); // a ragged row
    return only && nodes.length === 1 ? only : { kind: 'group', open: '(', close: ')', items: nodes };
  });
  const [only] = items;
  if (!only) throw new Unreadable(); // an empty environment
  return items.length === 1 ? only : { kind: 'list', items, ...(alternatives && { alternatives }) };
}

function closeEnvironment(cursor: Cursor, name: string): void {
  if (!isEnd(cursor)) throw new Unreadable(); // its \end expected
  cursor.next();
  if (bracedText(cursor) !== name) throw new Unreadable(); // its \end expected
}

function isEnd(cursor: Cursor): boolean {
  const { token } = cursor;
  if (token.kind === 'end') throw new Unreadable(); // an environment without end
  return token.kind === 'command' && token.text === 'end';
}
