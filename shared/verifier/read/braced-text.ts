import type { Cursor } from './cursor.ts';
import { Unreadable } from './tokenize.ts';

/** The text of the tokens in braces, as part of a name. */
export function bracedText(cursor: Cursor): string {
  cursor.expect('{');
  let text = '';
  for (let depth = 1; depth > 0; ) {
    const token = cursor.next();
    if (token.kind === 'end') throw new Unreadable(); // an unclosed brace
    if (token.kind === 'mark' && token.text === '{') depth += 1;
    else if (token.kind === 'mark' && token.text === '}') depth -= 1;
    else text += token.kind === 'text' ? token.text.trim() : token.text;
  }
  return text;
}
