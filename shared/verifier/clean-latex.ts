/**
 * Removes what LaTeX adds to an answer without changing what it says: mathematical delimiters, currency signs,
 * `\left` and `\right`, spacing, the size of a fraction, and braces or a `\text{…}` around the whole.
 * Every pattern looks at a character a bounded number of times.
 */
export function cleanLatex(text: string): string {
  let clean = text
    .replaceAll(/,\s*\\!\s*/g, '{,}') // `1,\!000`: a thousands comma, not a list
    .replaceAll(DROPPED, keepLineBreak(''))
    .replaceAll(SPACES, keepLineBreak(' '))
    .replaceAll(/\\[dtc]frac(?![A-Za-z])/g, '\\frac')
    .replaceAll('\u2212', '-')
    .trim();
  for (let depth = 0; depth < DEEPEST_WRAPPING; depth += 1) {
    const inner = unwrap(clean);
    if (inner === clean) break;
    clean = inner;
  }
  return clean;
}

/** Commands that set their argument as prose or in another face. */
export const TEXT_COMMAND =
  '\\\\(?:text|textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|mbox|operatorname)';

// `\\` is a line break: matched first, so that the backslash after it begins nothing.
const DROPPED = /\\\\|\\!|\\[()[\]]|\\displaystyle(?![A-Za-z])|\\(?:left|right)(?![A-Za-z])|\\?[$€£]/g;
const SPACES = /\\\\|\\(?:[,;: ]|$)|\\q?quad(?![A-Za-z])|~/g;

function keepLineBreak(replacement: string): (match: string) => string {
  return (match) => (match === '\\\\' ? match : replacement);
}

const DEEPEST_WRAPPING = 8;
const WRAPPER = new RegExp(`^(?:\\\\boxed|${TEXT_COMMAND})?\\s*\\{`);

/** The inside of one pair of braces, with its command, if that pair is the whole text. */
function unwrap(text: string): string {
  const opening = WRAPPER.exec(text)?.[0];
  if (opening === undefined) return text;
  let depth = 1;
  for (let at = opening.length; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (depth === 0) return at === text.length - 1 ? text.slice(opening.length, at).trim() : text;
  }
  return text;
}
