import { parse, tokenize } from '@huggingface/jinja';
import type { Piece } from './normalize-template.ts';

/** What a tag needs behind it to be a template of its own. */
const ENDS: Readonly<Record<string, string>> = {
  if: '{% endif %}',
  for: '{% endfor %}',
  macro: '{% endmacro %}',
  call: '{% endcall %}',
  filter: '{% endfilter %}',
};
/** Tags that only belong to another one. */
const PARTS = /^(else|break|continue|end\w+)$/;

/** The first tag of a template that the library cannot read; `undefined` where each can be read by itself. */
export function unreadableTag(pieces: readonly Piece[]): string | undefined {
  return pieces.find(({ text }) => !isReadable(text))?.source.trim();
}

function isReadable(text: string): boolean {
  const [, tag, rest = ''] = /^\{% *(\w+)(.*)%\}$/s.exec(text) ?? [];
  if (tag !== undefined && PARTS.test(tag)) return true;
  if (tag === 'elif') return parses(`{% if${rest}%}${ENDS['if']}`);
  // A set without a value holds a block.
  if (tag === 'set') return parses(text) || parses(`${text}{% endset %}`);
  return parses(text + (ENDS[tag ?? ''] ?? ''));
}

function parses(text: string): boolean {
  try {
    parse(tokenize(text));
    return true;
  } catch {
    return false;
  }
}
