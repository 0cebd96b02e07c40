import type { KnownWord, Measure, Unit } from '../../ports/units.ts';
import { multiply, ONE, type Rational } from '../../verifier/node/rational.ts';
import { isCountedNoun, isQualifier, standsAlone } from './counted-nouns.ts';
import { namedMeasure } from './unit-names.ts';

const PART =
  /\s+|\^\s*\{?\s*([-+−]?\d{1,2})\s*\}?|([²³⁻¹]+)|[a-z]{2,}-[a-z]{2,}|℃|℉|°|µ?\p{L}+|[$€£¥₹¢/*()·⋅.-]|\d/uy;
const MOST_PARTS = 40;

export function readUnit(text: string, known: KnownWord = () => false): Unit | undefined {
  const written = inOneWord(text);
  if (ROOT.test(written) || THOUSANDS.test(written)) return undefined;
  const reader = new UnitReader(known);
  PART.lastIndex = 0;
  for (let parts = 0; PART.lastIndex < written.length; parts += 1) {
    const found = PART.exec(written);
    if (!found || parts > MOST_PARTS || !reader.take(found)) return undefined;
  }
  return reader.unit();
}

const ROOT = /(?:square|cube|cubic) roots?(?![a-z])/i;

/** `3K dollars` are thousands of them. */
const THOUSANDS = /(?:^|\s)(?:[kKMBTm]|bn|Mio|Mrd)\.?\s*(?:USD|EUR|GBP|[$€£¥₹]|euros?)/;

/** Units of two words, and words that LaTeX writes as commands. */
const IN_ONE_WORD: readonly (readonly [RegExp, string])[] = [
  [/\\(?:cdot|times)(?![A-Za-z])/g, '*'],
  [
    /\\(?:text|mathrm|mathit|mathbf|rm)(?![A-Za-z])|\\[ ,;:!]|[~{}]|^\s*\$(?=.*\$\s*$)|(?<=.)\$\s*$|\\quad(?![A-Za-z])/g,
    ' ',
  ],
  [/\\mu(?![A-Za-z])\s*/g, 'µ'],
  [/\\Omega(?![A-Za-z])/g, 'Ω'],
  [/\\(?:AA|mathring\s*A)(?![A-Za-z])/g, 'Å'],
  [/\\degree(?![A-Za-z])|\^?\s*\\circ(?![A-Za-z])/g, '°'],
  [/(?:degrees?|°)\s*(?:celsius|centigrade|C(?![A-Za-z]))/gi, '℃'],
  [/(?:degrees?|°)\s*(?:fahrenheit|F(?![A-Za-z]))/gi, '℉'],
  [/(?:degrees?|°)\s*(?:kelvin|K(?![A-Za-z]))/gi, 'K'],
  [/light[- ]years?/gi, 'ly'],
  [/nautical miles?/gi, 'nmi'],
  [/fluid ounces?|fl\.? ?oz/gi, 'floz'],
  [/metric tons?/gi, 'tonne'],
  [/miles? per hour/gi, 'mph'],
  [/revolutions? per minute/gi, 'rpm'],
  [/astronomical units?/gi, 'AU'],
  [/electron[- ]volts?/gi, 'eV'],
  [/foot[- ]pounds?/gi, 'ft lbf'],
  [/(?:U\.?S\.? )?dollars?/gi, 'USD'],
  [/pounds? sterling|british pounds?/gi, '£'],
  [/in (?:total|all)(?![a-z])/gi, 'total'],
];

function inOneWord(text: string): string {
  if (text.trim().length < 2 || !/[ \\~^{}$°-]|dollar/i.test(text)) return text;
  return IN_ONE_WORD.reduce((written, [pattern, word]) => written.replaceAll(pattern, word), text);
}

const SUPERSCRIPT_DIGITS: Readonly<Record<string, string>> = { '²': '2', '³': '3', '¹': '1', '⁻': '-' };

class UnitReader {
  #factor: Rational = ONE;
  #pi = 0;
  readonly #dimensions = new Map<string, number>();
  #offset: Rational | undefined;
  #units = 0;
  #counted = 0;
  /** −1 behind a slash or "per". */
  #sign = 1;
  #inBrackets = false;
  /** Behind "of": cups of flour are cups. */
  #ofWhat = false;
  #alone = false;
  /** What "square" and "cubic" promise to the next unit. */
  #power = 1;
  #last: { readonly measure: Measure; readonly power: number } | undefined;
  readonly #known: KnownWord;

  constructor(known: KnownWord) {
    this.#known = known;
  }

  /** @returns whether the part belongs to a unit */
  take(part: RegExpExecArray): boolean {
    const [written, exponent, superscripts] = part;
    if (/^\s+$/.test(written)) return true;
    if (exponent !== undefined) return this.#raise(Number(exponent.replace('−', '-')));
    if (superscripts !== undefined)
      return this.#raise(Number(superscripts.replaceAll(/./gu, (each) => SUPERSCRIPT_DIGITS[each] ?? '')));
    if (/^[/*()·⋅.-]$/.test(written)) return this.#mark(written);
    if (/^\d$/.test(written)) return written === '1' && this.#units + this.#counted === 0; // `1/s`
    return this.#word(written);
  }

  unit(): Unit | undefined {
    const named = this.#units + this.#counted > 0;
    if (!(named || this.#alone) || this.#power !== 1) return undefined;
    if (this.#units === 0 || this.#counted > 0) return { measure: undefined };
    const [factor, pi, dimensions] = [this.#factor, this.#pi, this.#dimensions];
    const absolute = this.#offset !== undefined && this.#units === 1;
    return { measure: { factor, pi, dimensions, ...(absolute && this.#offset && { offset: this.#offset }) } };
  }

  #mark(mark: string): boolean {
    if (mark === '/') this.#sign = -1;
    if (mark === '(') this.#inBrackets = true;
    if (mark === ')') {
      this.#inBrackets = false;
      this.#sign = 1;
    }
    return mark !== '(' || this.#sign < 0 || this.#units === 0;
  }

  #word(word: string): boolean {
    if (word === 'per' || ((word === 'a' || word === 'an') && this.#units + this.#counted > 0)) {
      this.#sign = -1;
      return true;
    }
    const power = /^(?:square|sq)$/i.test(word) ? 2 : /^(?:cubic|cu)$/i.test(word) ? 3 : undefined;
    if (power !== undefined) {
      this.#power = power;
      return true;
    }
    if (word === 'squared' || word === 'cubed') return this.#raise(word === 'squared' ? 2 : 3);
    const measure = this.#ofWhat ? undefined : namedMeasure(word);
    if (measure) return this.#measured(measure);
    if (word.includes('-')) return word.split('-').every((part) => this.#word(part));
    if (word === 'of') {
      this.#ofWhat = true;
      return this.#units + this.#counted > 0;
    }
    if (isQualifier(word)) {
      this.#alone ||= standsAlone(word);
      return true;
    }
    if (!isCountedNoun(word) && !this.#known(word.toLowerCase())) return false;
    if (this.#ofWhat) return true;
    this.#counted += 1;
    this.#power = 1;
    this.#last = undefined;
    return true;
  }

  #measured(measure: Measure): boolean {
    this.#units += 1;
    this.#offset = measure.offset;
    const power = this.#sign * this.#power;
    this.#power = 1;
    if (!this.#inBrackets) this.#sign = 1;
    this.#include(measure, power);
    this.#last = { measure, power };
    return true;
  }

  /** `m^2`, `s^{-1}`: the unit before counts so often, not once. */
  #raise(exponent: number): boolean {
    if (this.#counted > 0 && this.#last === undefined) return exponent === 2 || exponent === 3; // `units^2`
    if (this.#last === undefined || Math.abs(exponent) > 6 || exponent === 0) return false;
    this.#include(this.#last.measure, this.#last.power * (exponent - 1));
    this.#offset = undefined;
    this.#last = undefined;
    return true;
  }

  #include({ factor, pi, dimensions }: Measure, power: number): void {
    for (let count = 0; count < Math.abs(power); count += 1) {
      const { numerator, denominator } = factor;
      this.#factor = multiply(
        this.#factor,
        power > 0 ? factor : { numerator: denominator, denominator: numerator },
      );
    }
    this.#pi += pi * power;
    for (const [dimension, each] of dimensions) {
      const total = (this.#dimensions.get(dimension) ?? 0) + each * power;
      if (total === 0) this.#dimensions.delete(dimension);
      else this.#dimensions.set(dimension, total);
    }
  }
}
