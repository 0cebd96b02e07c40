import type { Token } from './token.ts';

/**
 * Open ends of intervals as reversed brackets, `]0, 1[`, in the spelling with parentheses; `undefined` where none
 * stands. Only for text that cannot be read otherwise.
 */
export function withoutReversedBrackets(tokens: readonly Token[]): readonly Token[] | undefined {
  let isOpen = false;
  let changed = false;
  const read = tokens.map((token, index) => {
    if (token.kind !== 'mark' || !'()[]'.includes(token.text)) return token;
    if (isOpen === endsValue(tokens[index - 1])) {
      const reversed = isOpen ? '[' : ']';
      isOpen = !isOpen;
      if (token.text !== reversed) return token;
      changed = true;
      return { ...token, text: isOpen ? '(' : ')' };
    }
    return token;
  });
  return changed && !isOpen ? read : undefined;
}

/** Whether a token may stand before a bracket that closes. */
function endsValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === 'text' || token.kind === 'command') return false;
  return token.kind !== 'mark' || ['}', ')', '!', '%', '°', "'"].includes(token.text);
}
