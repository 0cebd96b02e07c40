import type { Units } from '../../ports/units.ts';
import type { Fuel } from '../fuel.ts';
import { exact } from '../node/make-node.ts';
import { fraction } from '../node/rational.ts';
import { leadingNumber, MULTIPLIERS } from './number-words.ts';
import { digitsNode, readNumber } from './read-number.ts';
import { isConnector } from './separator.ts';
import type { Token, Tokens, Unspaced } from './token.ts';
import {
  CHARACTERS,
  FRACTIONS,
  FUNCTIONS,
  GREEK,
  IGNORED_ARGUMENTS,
  IGNORED_COMMANDS,
  MARK_COMMANDS,
  NAME_MARKS,
  NAMED_CONSTANTS,
  SPACED_BY_LENGTH,
  SUBSCRIPTS,
  SUPERSCRIPT_VALUES,
  SUPERSCRIPTS,
  SYNTAX_COMMANDS,
  TEXT_COMMANDS,
  UPRIGHT_UNITS,
} from './vocabulary.ts';
import { signOf, wordTokens } from './word-tokens.ts';

/** Thrown for text that is no mathematics; it is compared as words, so nobody is told why. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

const MOST_TOKENS = 4_000;

const SPACE = /\s+/y;
const COMMAND = /\\(?:operatorname\*|[A-Za-z]+)/y;
const BARE_LETTER = /\s*[A-Za-z]/y;
const LETTERS = /[A-Za-z]+/y;
/** Words side by side; single letters are names. */
const WORDS = /[A-Za-z]{2,}(?:[ '’-]+[A-Za-z]+)*/y;
const DEGREE =
  /\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z])|\{\s*\\degree\s*\}|\{\s*°\s*\}|°|\{\s*o\s*\}|\{\s*\\(?:text|mathrm)\s*\{\s*o\s*\}\s*\}|o(?![A-Za-z(]))/y;
const PRIME = /\^\s*(?:\{\s*((?:\\prime\s*)+)\}|\\prime(?![A-Za-z]))/y;
const UNIT_FRACTION = /\s*(?=\{\s*\\(?:text|mathrm)\s*\{)/y;
const BRACED_UNIT = /\{\s*\\(?:rm\s+([A-Za-z]{1,12})|(?:text|textrm|mathrm)\s*\{([A-Za-z ]{1,40})\})\s*\}/y;
/** `4.5 x 10^33` */
const TIMES_TEN = /(?=\s+10\s*\^)/y;
const CENT = /\s+cents?(?![A-Za-z])/y;
const LENGTH = /\s*-?\d*\.?\d*\s*(?:pt|mm|cm|em|ex|mu|in|pc|sp|bp)(?![A-Za-z])/y;
const OPTIONAL = /\*?(?:\s*\[[^[\]]*\])*/y;
const UPRIGHT = /\s*\\(?:mathrm|text|rm)\s*\{\s*([A-Z]|[a-z]{1,3})\s*\}/y;
/** What stands behind `5 min`, not behind `min(5, 6)`. */
const MINUTES = /^\s*(?:$|[.,;}/)^])/;
const COMPARISON = /<=>|<=|>=|!=|=>|->|=<|==|\*\*|<>|:=/y;
/** After `\\`: how far below the next row stands, as in `\\[4pt]`. */
const ROW_SPACE = /\*?(?:\s*\[\s*-?[\d.]+\s*(?:pt|pc|em|ex|mm|cm|in|mu|sp|bp|px|\\[a-z]+)\s*\])?/y;
const ENVIRONMENT = /\s*\{\s*([A-Za-z]+)/y;
/** Environments whose `&` only say what stands below what. */
const ALIGNED = new Set([
  'align',
  'aligned',
  'alignat',
  'alignedat',
  'eqnarray',
  'split',
  'gather',
  'gathered',
  'multline',
]);
const COMPARISONS: Readonly<Record<string, string>> = {
  '<=': '≤',
  '=<': '≤',
  '>=': '≥',
  '!=': '≠',
  '<>': '≠',
  '==': '=',
  ':=': '=',
  '=>': '⇒',
  '<=>': '⇒',
  '->': '→',
  '**': '^',
};
const LISTING = new Set(['min', 'max', 'gcd', 'lcm']);
const LITTLE_SPACE = new Set([',', ';', ':', '!', ' ', '>', '/', '-']);
const MARKS = new Set("+-*/^_=<>()[]{},;:|!%&°±∓≤≥≠≈≡∈→⇒∪∩∖∣⌊⌋⌈⌉⟨⟩‖√∛∜∑∏∫∞π∅…?'~∀");

/**
 * Cuts an answer into tokens, LaTeX and plain text alike. Linear in its length.
 *
 * @param groups - whether `1,234` is one number
 * @throws {Unreadable} for characters and commands that no answer needs
 * @throws {OutOfFuel} when the text is longer than the fuel left
 */
export function tokenize(text: string, groups: boolean, fuel: Fuel, units: Units): Tokens {
  const scanner = new Scanner(text, groups, isSpelled(text), units);
  while (scanner.step()) fuel.spend(1);
  return { tokens: scanner.tokens, thousands: scanner.thousands };
}

/** A number in words, with what follows it. */
function isSpelled(text: string): boolean {
  return (
    text.length < 200 && /^[\sA-Za-z'-]+$/.test(text) && leadingNumber(text.trim().split(/\s+/)) !== undefined
  );
}

class Scanner {
  readonly tokens: Token[] = [];
  thousands = false;
  #at = 0;
  #spaced = false;
  /** Names of the open environments, in which `\\` ends a row. */
  readonly #environments: string[] = [];

  /** Of the open brackets, whether they hold arguments between commas: `\min(x-334,335-x)`. */
  readonly #listing: boolean[] = [];

  readonly #text: string;
  readonly #groups: boolean;
  /** Within `\\text{…}` letters are words. */
  readonly #words: boolean;
  readonly #units: Units;

  constructor(text: string, groups: boolean, words: boolean, units: Units) {
    this.#text = text;
    this.#groups = groups;
    this.#words = words;
    this.#units = units;
  }

  /** @returns false at the end */
  step(): boolean {
    if (this.tokens.length > MOST_TOKENS) throw new Unreadable(); // too many tokens
    if (this.#at >= this.#text.length) {
      this.#push({ kind: 'end', text: '' });
      return false;
    }
    const space = this.#match(SPACE);
    if (space) {
      this.#spaced = true;
      return true;
    }
    this.#read(this.#text[this.#at] as string); // in range
    return true;
  }

  #read(char: string): undefined {
    if ((char >= '0' && char <= '9') || char === '.') return this.#number(char);
    if (char === '\\') return this.#backslash();
    if (char === '^') return this.#caret();
    if (char === '{' && this.tokens.at(-1)?.kind === 'number' && this.#bracedUnit()) return;
    const words = this.#words && this.#match(WORDS);
    if (words) return this.#spelled(words[0]);
    const letters = this.#match(LETTERS);
    if (letters) return this.#word(letters[0]);
    const comparison = this.#match(COMPARISON);
    if (comparison) return this.#mark(COMPARISONS[comparison[0]] as string); // every alternative is listed
    this.#at += 1;
    this.#character(char);
  }

  #number(char: string): undefined {
    const read = readNumber(this.#text, this.#at, this.#groups && this.#listing.at(-1) !== true);
    if (read) {
      this.#at = read.end;
      this.thousands ||= read.thousands;
      this.#push({ kind: 'number', text: read.plain, node: read.node });
      return;
    }
    if (char !== '.') throw new Unreadable(); // a number with too many digits
    this.#at += 1;
    const dots = this.#text.startsWith('..', this.#at);
    if (dots) {
      this.#at += 2;
      this.#push({ kind: 'symbol', text: '…' });
    } else if (this.#text.slice(this.#at).trim() !== '') this.#mark('.');
  }

  #backslash(): undefined {
    const next = this.#text[this.#at + 1];
    if (next === '\\') return this.#doubleBackslash();
    const command = this.#match(COMMAND);
    if (command) return this.#command(command[0].slice(1));
    this.#at += 2;
    if (next === '{' || next === '}') return this.#mark(`\\${next}`);
    if (next === '$') return this.#push({ kind: 'text', text: '$' });
    if (next === '%') return this.#mark('%');
    if (next === '|') return this.#mark('‖');
    if (next === '#' && this.#followsValue()) throw new Unreadable('the character #');
    if (next !== undefined && LITTLE_SPACE.has(next)) this.#spaced = true;
    // `\(`, `\)`, `\[`, `\]`, `\&`, `\_` and a lone backslash say nothing about the value
  }

  /** A new row of a table or a new line; outside of tables also one backslash that was escaped twice. */
  #doubleBackslash(): undefined {
    this.#at += 2;
    LETTERS.lastIndex = this.#at;
    if (this.#environments.length === 0 && LETTERS.test(this.#text)) this.#at -= 1;
    else {
      this.#match(ROW_SPACE);
      this.#mark('\\\\');
    }
  }

  #caret(): undefined {
    if (this.#match(DEGREE)) return this.#mark('°');
    const primes = this.#match(PRIME);
    if (primes) {
      for (let count = Math.max(1, (primes[1] ?? '').split('\\').length - 1); count > 0; count -= 1)
        this.#mark("'");
      return;
    }
    this.#at += 1;
    this.#mark('^');
  }

  #command(name: string): undefined {
    const mark = MARK_COMMANDS.get(name);
    if (mark)
      return mark === 'and' || mark === 'or' ? this.#push({ kind: 'text', text: mark }) : this.#mark(mark);
    if (TEXT_COMMANDS.has(name)) return this.#textCommand(name);
    if (name === 'left' || name === 'right' || name.startsWith('mleft') || name.startsWith('mright')) {
      if (this.#text[this.#at] === '.') this.#at += 1;
      return;
    }
    if (IGNORED_COMMANDS.has(name)) {
      this.#spaced = true;
      return;
    }
    if (IGNORED_ARGUMENTS.has(name)) return this.#skipArguments(Number(IGNORED_ARGUMENTS.get(name)));
    if (SPACED_BY_LENGTH.has(name)) {
      this.#match(LENGTH);
      this.#spaced = true;
      return;
    }
    if (name === 'mu' && this.#micro()) return;
    if (NAME_MARKS.has(name)) return this.#push({ kind: 'command', text: name });
    if (name === 'mathbb' || name === 'mathds') return this.#blackboard();
    if (name === 'cr') return this.#mark('\\\\');
    if (name === 'circ') return this.#mark('°');
    if (SYNTAX_COMMANDS.has(name)) return this.#syntax(name);
    this.#name(name);
  }

  /** `\color{red}`, `\hspace*{2mm}`, `\color[rgb]{1,0,0}` */
  #skipArguments(count: number): undefined {
    this.#match(OPTIONAL);
    for (let skipped = 0; skipped < count; skipped += 1) this.#braced();
    this.#spaced = true;
  }

  /** `\mu\mathrm{m}` */
  #micro(): boolean {
    const unit = this.#followsValue() ? this.#match(UPRIGHT) : null;
    if (unit) this.#push({ kind: 'text', text: `µ${unit[1]}` });
    return unit !== null;
  }

  #space(): undefined {
    this.#spaced = true;
  }

  /** `\mathbb{R}`: the real numbers. */
  #blackboard(): undefined {
    const letter = (this.#braced() ?? this.#match(BARE_LETTER)?.[0] ?? '').trim();
    this.#push({ kind: 'symbol', text: letter === 'R' ? 'ℝ' : `\\mathbb ${letter}` });
  }

  #syntax(name: string): undefined {
    if (this.#followsValue() && this.#unitFraction(name)) return;
    ENVIRONMENT.lastIndex = this.#at;
    if (name === 'begin') this.#environments.push(ENVIRONMENT.exec(this.#text)?.[1] ?? '');
    if (name === 'end') this.#environments.pop();
    this.#push({ kind: 'command', text: name });
  }

  /** `5 \frac{\text{m}}{\text{s}}` */
  #unitFraction(name: string): boolean {
    const at = this.#at;
    const [above, below] =
      name.endsWith('frac') && this.#match(UNIT_FRACTION) ? [this.#braced(), this.#braced()] : [];
    const unit = above !== undefined && below !== undefined ? `${above}/(${below})` : '';
    const read = this.#units.read(unit) !== undefined;
    if (read) this.#push({ kind: 'text', text: unit });
    else this.#at = at;
    return read;
  }

  /** `5{\rm cm}` and `5{\text{ cm}}` */
  #bracedUnit(): boolean {
    const at = this.#at;
    const unit = this.#match(BRACED_UNIT)?.slice(1).find(Boolean);
    const read = unit !== undefined && this.#units.read(unit) !== undefined;
    if (read) this.#push({ kind: 'text', text: unit });
    else this.#at = at;
    return read;
  }

  #followsValue(): boolean {
    const last = this.tokens.at(-1);
    return last?.kind === 'number' || (last?.kind === 'mark' && (last.text === '}' || last.text === ')'));
  }

  /** A name that is a command or stands alone as a word. */
  #name(name: string): undefined {
    const constant = NAMED_CONSTANTS.get(name);
    if (constant !== undefined) return this.#push({ kind: 'symbol', text: constant });
    if (FUNCTIONS.has(name)) return this.#push({ kind: 'function', text: name });
    this.#push({ kind: 'symbol', text: GREEK.has(name) ? name : `\\${name}` });
  }

  #textCommand(name: string): undefined {
    const body = this.#braced();
    if (body === undefined) return;
    const words = body.trim();
    if (words === '') return this.#space();
    const named = name.startsWith('operatorname') || name === 'mathrm';
    if (named && FUNCTIONS.has(words)) return this.#push({ kind: 'function', text: words });
    const unit = UPRIGHT_UNITS.test(words) && this.#followsValue();
    if (/^[A-Za-z]$/.test(words) && !unit) return this.#push({ kind: 'symbol', text: words });
    if (unit || isConnector(body)) return this.#push({ kind: 'text', text: body });
    if (/[\d=<>+\\^_$*|()[\]]/.test(words) && this.#units.read(words) === undefined)
      return this.#inline(body, true);
    this.#spelled(body);
  }

  /** Words, with the numbers and operators among them. */
  #spelled(words: string): undefined {
    for (const token of wordTokens(words, this.#followsValue(), this.#units)) this.#push(token);
  }

  /** Reads what stands in braces here as if there were no braces. */
  #inline(body: string, words = false): undefined {
    const inner = new Scanner(body, this.#groups, words, this.#units);
    while (inner.step());
    this.thousands ||= inner.thousands;
    this.tokens.push(...inner.tokens.slice(0, -1));
  }

  #braced(): string | undefined {
    const start = this.#text.indexOf('{', this.#at);
    if (start < 0 || this.#text.slice(this.#at, start).trim() !== '') return undefined;
    let depth = 0;
    for (let at = start; at < this.#text.length; at += 1) {
      const char = this.#text[at];
      if (char === '\\') at += 1;
      else if (char === '{') depth += 1;
      else if (char === '}') depth -= 1;
      if (depth === 0) {
        this.#at = at + 1;
        return this.#text.slice(start + 1, at);
      }
    }
    throw new Unreadable(); // an unclosed brace
  }

  #word(letters: string): undefined {
    const last = this.tokens.at(-1)?.kind;
    if (letters === 'x' && last === 'number' && this.#spaced && this.#match(TIMES_TEN))
      return this.#mark('*');
    if (letters === 'per' && last === 'number' && this.#match(CENT)) return this.#mark('%');
    if (letters.length === 1) return this.#push({ kind: 'symbol', text: letters });
    if (letters === 'and' || letters === 'or') return this.#push({ kind: 'text', text: letters });
    if ((letters === 'np' || letters === 'math') && this.#text[this.#at] === '.') {
      this.#at += 1; // Python's modules
      return;
    }
    if (letters === 'min' && this.#followsValue() && MINUTES.test(this.#text.slice(this.#at, this.#at + 4)))
      return this.#push({ kind: 'word', text: letters });
    if (/^(?:USD|EUR|GBP|INR|Rs)$/.test(letters) && !this.#followsValue())
      return this.#push({ kind: 'text', text: letters });
    const sign = this.#followsValue() ? signOf(letters) : undefined;
    if (sign) {
      for (const token of sign) this.#push(token);
      return;
    }
    if (letters === 'mod') return this.#mark('mod');
    if (letters === 'percent' || letters === 'pct' || letters === 'percentage') return this.#mark('%');
    if (letters === 'degrees' || letters === 'degree') return this.#mark('°');
    if (letters === 'union' || letters === 'U') return this.#mark('∪');
    if (FUNCTIONS.has(letters)) return this.#push({ kind: 'function', text: letters });
    if (NAMED_CONSTANTS.has(letters) || GREEK.has(letters)) return this.#name(letters);
    const numeral = letters.length > 2 ? leadingNumber([letters]) : undefined;
    if (numeral) return this.#push({ kind: 'number', text: '', node: digitsNode(String(numeral.value)) });
    if (MULTIPLIERS.has(letters) && this.#followsValue()) return this.#push({ kind: 'text', text: letters });
    const prefix = gluedFunction(letters);
    if (prefix === undefined) return this.#push({ kind: 'word', text: letters });
    this.#push({ kind: 'function', text: prefix });
    this.#word(letters.slice(prefix.length));
  }

  #character(char: string): undefined {
    const known = CHARACTERS.get(char) ?? char;
    if (known === '$' || known === '~') {
      this.#spaced = true;
      return;
    }
    if (known === 'or' || known === 'and') return this.#push({ kind: 'text', text: known });
    if (known === 'π' || known === '∞' || known === '∅' || known === '…')
      return this.#push({ kind: 'symbol', text: known });
    if (known === '&' && ALIGNED.has(this.#environments.at(-1) ?? '')) {
      this.#spaced = true;
      return;
    }
    if (known === '?') throw new Unreadable(); // a question mark
    if (MARKS.has(known) || known.length > 1) return this.#mark(known);
    this.#beyondAscii(char);
  }

  #beyondAscii(char: string): undefined {
    if (FRACTIONS.includes(char)) return this.#vulgarFraction(char);
    const superscript = SUPERSCRIPTS.indexOf(char);
    if (superscript >= 0) return this.#superscript(superscript);
    const subscript = SUBSCRIPTS.indexOf(char);
    if (subscript >= 0) {
      this.#mark('_');
      return this.#push({ kind: 'symbol', text: String(subscript) });
    }
    if (/^[€£¥₹¢]$/.test(char)) return this.#push({ kind: 'text', text: char });
    if (char === '"' || char === '`' || char === '@' || char === '#') throw new Unreadable(); // a character that no answer needs
    const greek = GREEK_LETTERS.indexOf(char);
    if (greek >= 0) return this.#push({ kind: 'symbol', text: GREEK_NAMES[greek] as string }); // same length
    if (/\p{L}/u.test(char)) return this.#push({ kind: 'symbol', text: char });
    if (/[\u200b-\u200f\ufeff\u00ad\u2061-\u2064]/.test(char)) return;
    throw new Unreadable(); // a character that no answer needs
  }

  #vulgarFraction(char: string): undefined {
    const [numerator = '', denominator = ''] = char.normalize('NFKC').split('⁄');
    const value = fraction(BigInt(numerator), BigInt(denominator));
    if (value) this.#push({ kind: 'number', text: '', node: exact(value) });
  }

  #superscript(index: number): undefined {
    let written = SUPERSCRIPT_VALUES[index] ?? '';
    for (let next = this.#nextSuperscript(); next !== undefined; next = this.#nextSuperscript())
      written += next;
    this.#mark('^');
    this.#mark('{');
    this.#inline(written);
    this.#mark('}');
  }

  #nextSuperscript(): string | undefined {
    const index = SUPERSCRIPTS.indexOf(this.#text[this.#at] ?? ' ');
    if (index < 0) return undefined;
    this.#at += 1;
    return SUPERSCRIPT_VALUES[index];
  }

  #mark(text: string): undefined {
    const last = this.tokens.at(-1);
    if (text === '(') this.#listing.push(last?.kind === 'function' && LISTING.has(last.text));
    if (text === ')') this.#listing.pop();
    this.#push({ kind: 'mark', text });
  }

  #push(token: Unspaced): undefined {
    this.tokens.push({ ...token, spaced: this.#spaced } as Token); // the omitted field put back
    this.#spaced = false;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found) this.#at += found[0].length;
    return found;
  }
}

const GREEK_LETTERS = 'αβγδεζηθικλμνξορστυφχψωΓΔΘΛΞΣΦΨΩϕϵ';
const GREEK_NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega phi epsilon'.split(
    ' ',
  );

/** `sinx` begins with a function; `single` does not. */
function gluedFunction(letters: string): string | undefined {
  for (let length = Math.min(6, letters.length - 1); length >= 2; length -= 1) {
    const rest = letters.length - length;
    const prefix = letters.slice(0, length);
    const glued =
      rest <= 2 || FUNCTIONS.has(letters.slice(length)) || NAMED_CONSTANTS.has(letters.slice(length));
    if (glued && FUNCTIONS.has(prefix) && !FUNCTIONS.has(letters)) return prefix;
    if (NAMED_CONSTANTS.has(prefix) && prefix === 'pi' && rest <= 1) return undefined;
  }
  return undefined;
}
