/** One edit of the verifier's source that makes it wrong. */
export interface Mutant {
  /** In `shared/verifier`. */
  readonly file: string;
  /** Stands once in the file, exactly so. */
  readonly was: string;
  readonly becomes: string;
  /** The rule that it breaks. */
  readonly breaks: string;
}

export const mutants: readonly Mutant[] = [
  {
    file: 'units/read-unit.ts',
    was: 'if (!isCountedNoun(word) && !this.known(word.toLowerCase())) return false;',
    becomes: '',
    breaks: 'a word that is on no list is no unit',
  },
  {
    file: 'judge/compare-measured.ts',
    was: "return unequal('different-unit');",
    becomes: 'return judge.values(target.value, source.value, unitless(judge));',
    breaks: 'a unit of another kind is wrong',
  },
  {
    file: 'read/multiplied.ts',
    was: 'MULTIPLIERS.get(word) ?? [1n, 1n]',
    becomes: '[1n, 1n]',
    breaks: 'a million multiplies',
  },
  {
    file: 'extract/meant-boxes.ts',
    was: 'const stated = own.filter((box) => !isNegated(text, box, region));',
    becomes: 'const stated = own;',
    breaks: 'a box behind "not" is no answer',
  },
  {
    file: 'extract/visible-text.ts',
    was: "  ['<!--', '-->'],\n",
    becomes: '',
    breaks: 'a comment holds no answer',
  },
  {
    file: 'extract/extract-box.ts',
    was: "const [first = ''] = texts;",
    becomes: "const first = texts.at(-1) ?? ''; texts.splice(0, texts.length - 1);",
    breaks: 'boxes joined by "or" are a list',
  },
  {
    file: 'extract/extract-box.ts',
    was: 'found.unclosed > (boxes.at(-1)?.start ?? -1)',
    becomes: 'boxes.length === 0',
    breaks: 'a box opened last and never closed is no answer',
  },
  {
    file: 'extract/answer-region.ts',
    was: 'afterTemplate(text, thought < 0 ? 0 : thought + THOUGHT_ENDS.length)',
    becomes: 'afterTemplate(text, 0)',
    breaks: 'a thought holds no answer',
  },
  {
    file: 'extract/answer-region.ts',
    was: 'rest.search(STOPS)',
    becomes: '-1',
    breaks: 'nothing after the end of the turn counts',
  },
  {
    file: 'judge/compare-tuples.ts',
    was: 'return gold.open === answer.open && gold.close === answer.close;',
    becomes: 'return true;',
    breaks: 'brackets of an interval count',
  },
  {
    file: 'judge/compare-tuples.ts',
    was: "if (!same) return unequal('different-component');",
    becomes: "if (!same && index === 0) return unequal('different-component');",
    breaks: 'every component counts',
  },
  {
    file: 'judge/compare-lists.ts',
    was: 'if (golds.length !== answers.length)',
    becomes: 'if (golds.length > answers.length)',
    breaks: 'a list with one more is another list',
  },
  {
    file: 'judge/compare-numbers.ts',
    was: 'const ROUNDED_GOLD_DIGITS = 3;',
    becomes: 'const ROUNDED_GOLD_DIGITS = 2;',
    breaks: 'a decimal of two digits is exact',
  },
  {
    file: 'judge/compare-numbers.ts',
    was: 'const ROUNDED_ANSWER_DIGITS = 6;',
    becomes: 'const ROUNDED_ANSWER_DIGITS = 3;',
    breaks: 'a decimal for an exact gold needs six digits',
  },
  {
    file: 'judge/compare-numbers.ts',
    was: "if (rounded && isCoarser(answer, rounded)) return unequal('coarser-decimal');",
    becomes: '',
    breaks: 'an answer must not be coarser than the gold',
  },
  {
    file: 'judge/compare-relations.ts',
    was: 'haveEqualSigns(f, g, judge) === !flipped',
    becomes: 'true',
    breaks: 'the direction of an inequality counts',
  },
  {
    file: 'judge/shape.ts',
    was: 'return minus === node.flipped ? value : negated(value);',
    becomes: 'return value;',
    breaks: '± stands for both signs',
  },
  {
    file: 'judge/text-key.ts',
    was: '.toLowerCase()',
    becomes: '',
    breaks: 'case does not matter in words',
  },
  {
    file: 'math/canonical-key.ts',
    was: "power.rest === '' && isInteger(outer)",
    becomes: "power.rest === ''",
    breaks: 'the root of a square is no plain variable',
  },
  {
    file: 'math/equal-expressions.ts',
    was: "if (separated(left, right, balls)) return 'different';",
    becomes: "if (separated(left, right, balls)) return 'equal';",
    breaks: 'what many digits tell apart is different',
  },
  {
    file: 'math/point.ts',
    was: '(negative ? -1 : 1) * (numerator + 2 * place)',
    becomes: '(numerator + 2 * place)',
    breaks: 'variables may be negative',
  },
  {
    file: 'read/read-number.ts',
    was: 'const PLAIN_GROUPED = /\\d{1,3}(?:,\\d{3})+(?!\\d)/y;',
    becomes: 'const PLAIN_GROUPED = /\\d{1,3}(?:,\\d+)+(?!\\d)/y;',
    breaks: 'only commas between thousands belong to a number',
  },
];
