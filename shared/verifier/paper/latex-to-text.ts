import { LATEX_COMMANDS, SHOWN_COMMANDS } from './latex-commands.ts';
import { changeLetters, changesLetters } from './latex-letters.ts';
import type { LatexArguments, LatexNode } from './latex-node.ts';
import { LATEX_SYMBOLS } from './latex-symbols.ts';
import { parseLatex } from './parse-latex.ts';

/**
 * LaTeX as plain text, as pylatexenc 2.10 writes it: `\frac{a}{b}` is `a/b` without parentheses, `\sqrt[3]{x}` is
 * `√(x)`, unknown commands vanish. Covers what stands in mathematical answers.
 *
 * @returns `undefined` where pylatexenc fails: a `\sqrt` without argument, an empty matrix, nesting that is too deep
 * @see https://pylatexenc.readthedocs.io/en/latest/latex2text/
 */
export function latexToText(latex: string): string | undefined {
  const nodes = parseLatex(latex);
  return nodes && textOf(nodes, { equation: false });
}

/** `undefined` anywhere inside makes the whole conversion fail. */
type Text = string | undefined;

interface Context {
  /** Inside `\(…\)`, `\[…\]` or a displayed environment, where blank pieces are dropped. */
  readonly equation: boolean;
}

const SPECIALS: Readonly<Record<string, string>> = {
  '&': '   ',
  '~': '\u00a0',
  '``': '\u201c',
  "''": '\u201d',
  '--': '\u2013',
  '---': '\u2014',
  '!`': '\u00a1',
  '?`': '\u00bf',
};
const MATRIX = /^(?:array|[bp]matrix|[bp]?smallmatrix)$/;
const EQUATION = /^(?:(?:equation|eqnarray|align|multline|gather|dmath)\*?)$/;

function textOf(nodes: readonly LatexNode[], context: Context): Text {
  let text = '';
  let bareMacroSpace = '';
  for (const node of nodes) {
    const piece = textOfNode(node, context);
    if (piece === undefined) return undefined;
    if (node.kind === 'characters' && context.equation) text += bareMacroSpace;
    text += piece;
    bareMacroSpace = node.kind === 'macro' && !node.arguments?.some(Boolean) ? node.after : '';
  }
  return text;
}

function textOfNode(node: LatexNode, context: Context): Text {
  switch (node.kind) {
    case 'characters':
      return context.equation && node.text.trim() === '' ? '' : node.text;
    case 'special':
      return SPECIALS[node.text] ?? node.text;
    case 'group':
      return textOf(node.nodes, context);
    case 'math':
      return node.display ? displayed(node.nodes) : textOf(node.nodes, { equation: true })?.trim();
    case 'environment':
      return textOfEnvironment(node, context);
    case 'macro':
      return textOfMacro(node, context);
    default:
      return node satisfies never;
  }
}

function displayed(nodes: readonly LatexNode[]): Text {
  const content = textOf(nodes, { equation: true })?.trim();
  return content === undefined ? undefined : `\n    ${content.replaceAll('\n', '\n    ')}\n`;
}

function textOfMacro({ name, arguments: given }: LatexNode & { kind: 'macro' }, context: Context): Text {
  const symbol = LATEX_SYMBOLS.get(name);
  if (symbol !== undefined) return symbol;
  const texts = given && textsOf(given, context);
  if (given && !texts) return undefined;
  if (changesLetters(name)) return changeLetters(name, texts?.[0]);
  if (!texts && SHOWN_COMMANDS.has(name)) return '';
  return filledIn(LATEX_COMMANDS.get(name)?.writes ?? '', texts ?? []);
}

function textsOf(given: LatexArguments, context: Context): string[] | undefined {
  const texts: string[] = [];
  for (const node of given) {
    const text = node ? textOfNode(node, context) : '';
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

/** Without arguments, `%s` stays and a numbered one fails, as pylatexenc's templates do. */
function filledIn(template: string, texts: readonly string[]): Text {
  const numbered = /%(\d)/.exec(template);
  if (numbered) {
    const text = texts[Number(numbered[1]) - 1];
    return text === undefined ? undefined : template.replace(/%\d/, () => text);
  }
  let next = 0;
  return texts.length === 0 ? template : template.replaceAll('%s', () => texts[next++] ?? '');
}

function textOfEnvironment({ name, nodes }: LatexNode & { kind: 'environment' }, context: Context): Text {
  if (MATRIX.test(name)) return textOfMatrix(nodes, context);
  return EQUATION.test(name) ? displayed(nodes) : textOf(nodes, context);
}

/** `[ 1 2; 3 4 ]`, every cell as wide as the widest; cells that hold nothing at all are left out. */
function textOfMatrix(nodes: readonly LatexNode[], context: Context): Text {
  const rows: string[][] = [[]];
  let cell: LatexNode[] = [];
  for (const node of [...nodes, END_OF_ROW]) {
    const endsRow = node.kind === 'macro' && node.name === '\\';
    if (!endsRow && !(node.kind === 'special' && node.text === '&')) {
      cell.push(node);
      continue;
    }
    const text = textOf(cell, context)?.trim();
    if (text === undefined) return undefined;
    if (cell.length > 0) rows.at(-1)?.push(text);
    cell = [];
    if (endsRow && node !== END_OF_ROW) rows.push([]);
  }
  const widths = rows.flat().map((text) => text.length);
  if (widths.length === 0) return undefined;
  const width = widths.reduce((widest, each) => Math.max(widest, each), 0);
  return `[ ${rows.map((row) => row.map((text) => text.padStart(width)).join(' ')).join('; ')} ]`;
}

const END_OF_ROW: LatexNode = { kind: 'macro', name: '\\', after: '', arguments: [] };
