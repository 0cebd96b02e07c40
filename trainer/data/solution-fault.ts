/** A label that begins with words and has so many is prose. None of the paper's data has, nor of its benchmarks. */
const PROSE_WORDS = 8;

/**
 * Why a label cannot be an answer to match: it is a whole solution or a sentence, which no completion repeats word by word.
 *
 * @returns what is wrong, `undefined` for a label that may be an answer
 */
export function solutionFault(answer: string): string | undefined {
  if (answer.includes('####')) return 'a whole solution; give only what follows ####';
  const prose = answer.replace(/\$[^$]*\$|\\[([].*?\\[)\]]|\\(?:begin|end)\{[^}]*\}|\\[A-Za-z]+/gs, ' ');
  if (/\p{L}{2}[^\n]*\n\s*[^\n]*\p{L}{2}/u.test(prose)) return 'several lines of text; give the answer alone';
  if (/\p{L}{2,}[.!?]\s+\p{Lu}/u.test(prose)) return 'several sentences; give the answer alone';
  const words = prose.match(/\p{L}{2,}/gu) ?? [];
  if (/^\s*(the|so|thus|hence|therefore|it|we|answer)\b.*\b(is|are|equals|get|have)\b/i.test(prose))
    return 'a sentence; give the answer alone';
  const beginsWithMath = /^\s*[$\\\d]/.test(answer);
  return !beginsWithMath && words.length >= PROSE_WORDS ? 'a sentence; give the answer alone' : undefined;
}
