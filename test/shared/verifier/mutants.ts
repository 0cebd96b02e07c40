/** One edit of the verifier's source that makes it wrong. */
export interface Mutant {
  /** Relative to `shared/verifier`. */
  readonly file: string;
  /** Stands once in the file, exactly so. */
  readonly was: string;
  readonly becomes: string;
  /** The rule that it breaks. */
  readonly breaks: string;
}

export const mutants: readonly Mutant[] = [
  {
    file: '../adapters/units/read-unit.ts',
    was: 'if (!isCountedNoun(word) && !this.#known(word.toLowerCase())) return false;',
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
    was: 'return minus === node.flipped ? value : opposite(value);',
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
    file: 'math/confirm.ts',
    was: "if (separated(left, right, balls)) return 'different';",
    becomes: "if (separated(left, right, balls)) return 'equal';",
    breaks: 'what many digits tell apart is different',
  },
  {
    file: 'math/ball.ts',
    was: 'const ORDER = 4;',
    becomes: 'const ORDER = 0;',
    breaks: 'what leaves no trace in the digits is not known to be equal',
  },
  {
    file: 'math/tame.ts',
    was: 'if (ENTIRE.has(name)) return !whole;',
    becomes: 'if (ENTIRE.has(name) || name === "floor" || name === "max" || name === "min") return true;',
    breaks: 'steps and kinks are not equal because they agree at points',
  },
  {
    file: 'math/square-free.ts',
    was: 'return commonDivisor(trimmed(own), trimmed(derivative)).length <= 1;',
    becomes: 'return true;',
    breaks: 'the root of a square has a kink',
  },
  {
    file: 'math/normal-root.ts',
    was: "kind: 'other',\n    positive: true,\n    relation: { degree: 2, value: square },",
    becomes: "kind: 'other',\n    positive: true,\n    relation: { degree: 1, value },",
    breaks: 'an absolute value is not what it is of',
  },
  {
    file: 'math/point.ts',
    was: 'return index % ABOVE === ABOVE - 1 ? above + small : small;',
    becomes: 'return small;',
    breaks: 'whole numbers are also tried above those that are written',
  },
  {
    file: 'math/constant-within.ts',
    was: 'reals.toNumber(left) > 2 * value.error',
    becomes: 'true',
    breaks: 'the last digit of a long decimal counts',
  },
  {
    file: 'math/equal-for-positive-names.ts',
    was: 'if (!isPhysics([...names])) return false;',
    becomes: '',
    breaks: 'only quantities of physics are taken for positive',
  },
  {
    file: 'read/barred.ts',
    was: "if (isComplex(value)) return { kind: 'call', name: 'conjugate', args: [value] };",
    becomes: 'if (isComplex(value)) return value;',
    breaks: 'a bar is a conjugate',
  },
  {
    file: 'judge/shape.ts',
    was: 'left.base !== right.base || left.primes !== right.primes',
    becomes: 'left.base !== right.base',
    breaks: 'a derivative is another function',
  },
  {
    file: 'read/read-number.ts',
    was: 'const PLAIN_GROUPED = /\\d{1,3}(?:,\\d{3})+(?!\\d)/y;',
    becomes: 'const PLAIN_GROUPED = /\\d{1,3}(?:,\\d+)+(?!\\d)/y;',
    breaks: 'only commas between thousands belong to a number',
  },
  {
    file: 'judge/compare-chains.ts',
    was: "if (!agreesWithItself(answer, judge)) return unequal('contradiction');",
    becomes: '',
    breaks: 'a chain does not contradict itself',
  },
  {
    file: 'judge/compare-chains.ts',
    was: "return assigned || leadsTo(sides, isCongruence, judge) ? value : unequal('contradiction');",
    becomes: 'return value;',
    breaks: 'an equation to solve is no value',
  },
  {
    file: 'judge/compare-chains.ts',
    was: 'Math.abs(value - written) <= unit / 2',
    becomes: 'true',
    breaks: 'an approximation is near its value',
  },
  {
    file: 'judge/conclusion.ts',
    was: "equalExpressions(first, other, judge) !== 'different'",
    becomes: 'true',
    breaks: 'a conclusion agrees with its premises',
  },
  {
    file: 'judge/compare-conditionals.ts',
    was: "return sameConditions(gold.conditions, answer.conditions, judge) ? value : unequal('different-condition');",
    becomes: 'return value;',
    breaks: 'conditions agree',
  },
  {
    file: 'judge/compare-conditionals.ts',
    was: 'if (restricted || condition.kind',
    becomes: 'if (condition.kind',
    breaks: 'an "if" makes another answer',
  },
  {
    file: 'judge/compare-piecewise.ts',
    was: 'sameConditions(piece.conditions, other.conditions, judge)',
    becomes: 'true',
    breaks: 'a piece holds under its own condition',
  },
  {
    file: 'judge/components.ts',
    was: 'if (!places) return values;',
    becomes: 'return values;',
    breaks: 'y = 2, x = 1 is the point (1, 2)',
  },
  {
    file: 'judge/compare-tuples.ts',
    was: "if (at < 0) return unequal('different-name');",
    becomes: 'if (at < 0) continue;',
    breaks: 'components have their names',
  },
  {
    file: 'judge/shape.ts',
    was: "if (signs.length === 1 || signs.includes('∓'))",
    becomes: 'if (signs.length > 0)',
    breaks: 'each ± takes both signs',
  },
  {
    file: 'judge/shape.ts',
    was: "return left.index !== '' && right.index !== '' && left.index !== right.index;",
    becomes: 'return false;',
    breaks: 'another index is another name',
  },
  {
    file: 'judge/real-set.ts',
    was: 'return bounding && conjunction ? undefined : united(sets.flat());',
    becomes: 'return united(sets.flat());',
    breaks: '"and" is no union',
  },
  {
    file: 'judge/matrix-value.ts',
    was: "return node.kind === 'group' && node.open === '[' && node.close === ']';",
    becomes: "return node.kind === 'group';",
    breaks: 'points are no rows',
  },
  {
    file: 'judge/compare-relations.ts',
    was: 'const unsolved = isSolved(gold) && isUnsolvedBound(answer);',
    becomes: 'const unsolved = false;',
    breaks: 'an unsolved inequality is no solution',
  },
  {
    file: 'read/reversed-brackets.ts',
    was: "text: isOpen ? '(' : ')'",
    becomes: "text: isOpen ? '[' : ']'",
    breaks: 'reversed brackets are open ends',
  },
  {
    file: 'read/labelled-parts.ts',
    was: 'if (!next) break;',
    becomes: 'if (!next) return undefined;',
    breaks: 'labels part an answer',
  },
  {
    file: 'judge/compare-measured.ts',
    was: "return unequal('different-percent');",
    becomes: 'return undefined;',
    breaks: 'a percentage is no length',
  },
  {
    file: 'judge/conclusion.ts',
    was: 'if (excludes(premise, conclusion, judge)) return false;',
    becomes: '',
    breaks: 'a conclusion keeps what was ruled out',
  },
  {
    file: 'read/tokenize.ts',
    was: 'this.#groups && this.#listing.at(-1) !== true',
    becomes: 'this.#groups',
    breaks: 'a comma separates the arguments of a function',
  },
  {
    file: 'extract/extract-answer.ts',
    was: 'extractOutsideBoxes(withoutBoxes(text, region), region)',
    becomes: 'extractOutsideBoxes(text, region)',
    breaks: 'a box that nobody means is no number either',
  },
  {
    file: 'judge/compare-relations.ts',
    was: "if (unsolved && !(goldOperator === '=' && isProductOfUnknowns(gold))) return",
    becomes: "if (unsolved && goldOperator !== '=') return",
    breaks: 'an equation of a length is to be solved',
  },
];
