import { UNIT_WORDS } from './unit-words.ts';

const WORD_CHARACTER = String.raw`\p{L}\p{N}_`;

interface Unit {
  readonly pattern: RegExp;
  /** Which letters a text must hold for the pattern to be worth trying. */
  readonly letters: number;
  /** The word itself, where it is no pattern. */
  readonly literal: string | undefined;
}

/** Made when first asked for: the patterns take longer to compile than everything else of the verifier. */
let known: readonly Unit[] | undefined;
const makeUnits = (): readonly Unit[] =>
  UNIT_WORDS.map((word) => ({
    pattern: new RegExp(`(^|[^${WORD_CHARACTER}])${word}($|[^${WORD_CHARACTER}])`, 'gsu'),
    letters: lettersOf(word.replaceAll('.', '')),
    literal: word.includes('.') ? undefined : word,
  }));

/**
 * Deletes the unit words that stand alone, in two passes, each word only if something remains. Single letters are
 * among them: `(a+5)(b+2)` becomes `(+5)(b+2)`.
 */
export function removeUnitWords(text: string): string {
  const letters = lettersOf(text);
  if (letters === 0) return text;
  known ??= makeUnits();
  const candidates = known.filter((unit) => (unit.letters & ~letters) === 0);
  let rest = text;
  for (const { pattern, literal } of [...candidates, ...candidates]) {
    if (literal !== undefined && !rest.includes(literal)) continue;
    const removed = rest.replaceAll(pattern, '$1$2');
    if (removed !== '') rest = removed;
  }
  return rest;
}

/** One bit for each of the letters a to z; others do not count. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charCodeAt(at) - 0x61;
    if (letter >= 0 && letter < 26) letters |= 1 << letter;
  }
  return letters;
}
