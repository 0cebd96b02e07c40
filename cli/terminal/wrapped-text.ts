import { Help } from '@commander-js/extra-typings';

const WIDTH = 80;
const INDENT = '    ';

/** Text in lines that fit a narrow terminal, indented; the marks of code are left out. Ends its last line. */
export function wrappedText(text: string): string {
  const wrapped = new Help().boxWrap(text.replaceAll('`', ''), WIDTH - INDENT.length);
  return `${wrapped.replaceAll(/^/gm, INDENT)}\n`;
}
