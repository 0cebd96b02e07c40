import { type KnownWord, nothing, readUnit } from '../units/read-unit.ts';
import type { FunctionName } from './node.ts';

/** Names of functions, in plain text and as LaTeX commands alike. */
export const FUNCTIONS: ReadonlyMap<string, FunctionName | 'sqrt' | 'lg' | 'log2'> = new Map(
  Object.entries({
    sin: 'sin',
    cos: 'cos',
    tan: 'tan',
    tg: 'tan',
    cot: 'cot',
    ctg: 'cot',
    sec: 'sec',
    csc: 'csc',
    cosec: 'csc',
    arcsin: 'asin',
    arccos: 'acos',
    arctan: 'atan',
    arctg: 'atan',
    arccot: 'acot',
    arcsec: 'asec',
    arccsc: 'acsc',
    asin: 'asin',
    acos: 'acos',
    atan: 'atan',
    acot: 'acot',
    asec: 'asec',
    acsc: 'acsc',
    sinh: 'sinh',
    cosh: 'cosh',
    tanh: 'tanh',
    coth: 'coth',
    sech: 'sech',
    csch: 'csch',
    arcsinh: 'asinh',
    arccosh: 'acosh',
    arctanh: 'atanh',
    arsinh: 'asinh',
    arcosh: 'acosh',
    artanh: 'atanh',
    asinh: 'asinh',
    acosh: 'acosh',
    atanh: 'atanh',
    ln: 'ln',
    log: 'log',
    lg: 'lg',
    exp: 'exp',
    sqrt: 'sqrt',
    abs: 'abs',
    floor: 'floor',
    ceil: 'ceil',
    ceiling: 'ceil',
    gcd: 'gcd',
    lcm: 'lcm',
    min: 'min',
    max: 'max',
    det: 'det',
    binomial: 'binomial',
    arg: 'argument',
    Arg: 'argument',
    Re: 'real',
    Im: 'imaginary',
  } as const),
); // prettier keeps families together

/** Commands that stand for one mark. */
export const MARK_COMMANDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cdot: '*',
    times: '*',
    ast: '*',
    cdotp: '*',
    bullet: '*',
    div: '/',
    slash: '/',
    pm: '±',
    mp: '∓',
    le: '≤',
    leq: '≤',
    leqslant: '≤',
    leqq: '≤',
    ge: '≥',
    geq: '≥',
    geqslant: '≥',
    geqq: '≥',
    lt: '<',
    gt: '>',
    ne: '≠',
    neq: '≠',
    approx: '≈',
    approxeq: '≈',
    sim: '≈',
    simeq: '≈',
    doteq: '≈',
    equiv: '≡',
    cong: '≡',
    in: '∈',
    colon: ':',
    to: '→',
    rightarrow: '→',
    mapsto: '→',
    longrightarrow: '→',
    implies: '⇒',
    Rightarrow: '⇒',
    Longrightarrow: '⇒',
    iff: '⇒',
    Leftrightarrow: '⇒',
    Longleftrightarrow: '⇒',
    therefore: '⇒',
    cup: '∪',
    bigcup: '∪',
    cap: '∩',
    bigcap: '∩',
    setminus: '∖',
    backslash: '∖',
    smallsetminus: '∖',
    lbrace: '\\{',
    rbrace: '\\}',
    lbrack: '[',
    rbrack: ']',
    lparen: '(',
    rparen: ')',
    lgroup: '(',
    rgroup: ')',
    langle: '⟨',
    rangle: '⟩',
    lvert: '|',
    rvert: '|',
    vert: '|',
    mid: '∣',
    divides: '∣',
    lVert: '‖',
    rVert: '‖',
    Vert: '‖',
    lfloor: '⌊',
    rfloor: '⌋',
    llcorner: '⌊',
    lrcorner: '⌋',
    lceil: '⌈',
    rceil: '⌉',
    ulcorner: '⌈',
    urcorner: '⌉',
    land: 'and',
    wedge: 'and',
    lor: 'or',
    vee: 'or',
    mod: 'mod',
    bmod: 'mod',
    degree: '°',
    forall: '∀',
    prime: "'",
  }),
);

/** Commands that only set type. */
export const IGNORED_COMMANDS: ReadonlySet<string> = new Set(
  (
    'left right mleft mright big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm middle displaystyle textstyle ' +
    'scriptstyle limits nolimits quad qquad space enspace medspace thinspace thickspace negthinspace negmedspace ' +
    'strut mathstrut hfill hfil hss hline cline normalsize tiny scriptsize footnotesize small large Large LARGE huge Huge bf it rm tt sf ' +
    'cal em boldsymbol mathbf mathit mathsf bm bfseries mdseries itshape slshape scshape upshape rmfamily sffamily ttfamily normalfont ' +
    'selectfont boldmath unboldmath mathcal mathscr mathfrak mathtt symbf symbfit symit pmb scriptscriptstyle ' +
    'underline ensuremath allowbreak nobreak null empty newline linebreak smallskip medskip bigskip smash framebox ' +
    'noindent par nonumber notag protect mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner mathversion centering relax ' +
    'checkmark blacksquare displaylimits enskip nobreakspace negthickspace'
  ).split(' '),
);

/** Commands that set type by arguments, and how many of those say nothing about the value. What follows them stays. */
export const IGNORED_ARGUMENTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    color: 1,
    textcolor: 1,
    colorbox: 1,
    fcolorbox: 2,
    pagecolor: 1,
    hspace: 1,
    vspace: 1,
    tag: 1,
    label: 1,
    phantom: 1,
    hphantom: 1,
    vphantom: 1,
    rule: 2,
    raisebox: 1,
    scalebox: 1,
    resizebox: 2,
    rotatebox: 1,
    fontsize: 2,
    style: 1,
    class: 1,
    cssId: 1,
    href: 1,
    hypertarget: 1,
    hyperlink: 1,
    index: 1,
  }),
);

/** Commands whose length stands unbraced: `\\kern5pt`. */
export const SPACED_BY_LENGTH: ReadonlySet<string> = new Set('kern mkern hskip mskip vskip hglue'.split(' '));

/** Marks over or through a name that make it another name. */
export const NAME_MARKS: ReadonlySet<string> = new Set(
  (
    'hat widehat check widecheck tilde widetilde breve acute grave mathring vec overrightarrow overleftarrow overleftrightarrow ' +
    'underrightarrow underleftarrow dddot ddddot not cancel bcancel xcancel sout st overbrace underbrace'
  ).split(' '),
);

/** Commands whose braces hold words. */
export const TEXT_COMMANDS: ReadonlySet<string> = new Set(
  'text textbf textit textrm textsf texttt textnormal textmd textup textsl textsc mbox hbox fbox mathrm operatorname operatorname* emph mathnormal'.split(
    ' ',
  ),
);

/** Commands that the parser reads with a syntax of their own. */
export const SYNTAX_COMMANDS: ReadonlySet<string> = new Set(
  (
    'frac dfrac tfrac cfrac sfrac nicefrac flatfrac binom dbinom tbinom choose sqrt begin end boxed sum prod int iint iiint oint lim partial over ' +
    'overset underset stackrel dot ddot pmod pod overline bar'
  ).split(' '),
);

/** Letters and words with a meaning of their own in plain text and as commands. */
export const NAMED_CONSTANTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pi: 'π',
    Pi: 'Π',
    infty: '∞',
    infinity: '∞',
    Infinity: '∞',
    inf: '∞',
    oo: '∞',
    emptyset: '∅',
    varnothing: '∅',
    exponentialE: 'e',
    imaginaryI: 'i',
    ldots: '…',
    dots: '…',
    cdots: '…',
    dotsc: '…',
    dotsb: '…',
    vdots: '…',
    varepsilon: 'epsilon',
    varphi: 'phi',
    vartheta: 'theta',
    varrho: 'rho',
    varsigma: 'sigma',
    imath: 'i',
    jmath: 'j',
  }),
);

export const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron rho sigma tau upsilon phi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega'
  ).split(' '),
);

/** Characters beyond ASCII and the spelling the tokenizer knows them by. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '−': '-',
    '–': '-',
    '—': '-',
    '﹣': '-',
    '－': '-',
    '×': '*',
    '·': '*',
    '⋅': '*',
    '∗': '*',
    '∙': '*',
    '•': '*',
    '÷': '/',
    '∕': '/',
    '⁄': '/',
    '＋': '+',
    '＝': '=',
    '（': '(',
    '）': ')',
    '［': '[',
    '］': ']',
    '｛': '\\{',
    '｝': '\\}',
    '，': ',',
    '、': ',',
    '；': ';',
    '：': ':',
    '。': '.',
    '⩽': '≤',
    '⩾': '≥',
    '≦': '≤',
    '≧': '≥',
    '∶': ':',
    '∘': '°',
    º: '°',
    '′': "'",
    '’': "'",
    '″': "''",
    '∼': '≈',
    '≅': '≡',
    '→': '→',
    '⇒': '⇒',
    '⟹': '⇒',
    '⇔': '⇒',
    '⟺': '⇒',
    '∴': '⇒',
    '∀': '∀',
    '↦': '→',
    '\\': '\\',
    '∨': 'or',
    '∧': 'and',
    '〈': '⟨',
    '〉': '⟩',
    '∥': '‖',
    '│': '|',
    '✕': '*',
    '⨯': '*',
    '⩵': '=',
    '≔': '=',
    '≃': '≈',
    '⟶': '→',
  }),
);
export const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ';
export const SUPERSCRIPT_VALUES = '0123456789+-()ni';
export const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
export const FRACTIONS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['½', [1, 2]],
  ['⅓', [1, 3]],
  ['⅔', [2, 3]],
  ['¼', [1, 4]],
  ['¾', [3, 4]],
  ['⅕', [1, 5]],
  ['⅖', [2, 5]],
  ['⅗', [3, 5]],
  ['⅘', [4, 5]],
  ['⅙', [1, 6]],
  ['⅚', [5, 6]],
  ['⅛', [1, 8]],
  ['⅜', [3, 8]],
  ['⅝', [5, 8]],
  ['⅞', [7, 8]],
]);

const BARE_UNITS: ReadonlySet<string> = new Set(
  (
    'mm cm dm km ft in mi yd mph kph kmph kmh kg mg lb lbs oz hr hrs min mins sec secs rad rads deg cc ml mL kL eV keV MeV GeV Hz kHz MHz GHz ' +
    'Pa kPa MPa kJ MJ kW MW GW mA mV kV nm ms ns pc kpc Mpc AU ly mol USD EUR rs amu atm bar cal kcal meV sq cu kWh rpm ' +
    'mmol hp gal psi KB MB GB TB kB'
  ).split(' '),
);

/** Whether a bare word after a value is a unit or a counted thing rather than a product of letters. */
export function isUnitWord(word: string, known: KnownWord = nothing): boolean {
  if (BARE_UNITS.has(word)) return true;
  const lower = word.toLowerCase();
  if (word.length < 3 || !/^[A-Za-z][a-z]+$/.test(word) || !/[aeiouy]/.test(word)) return false;
  if (known(lower)) return true;
  return word.length === 3
    ? SHORT_NOUNS.has(lower)
    : readUnit(word, known) !== undefined || /^(?:square|cubic)$/.test(word);
}

/** Of three letters, which could be a product. */
const SHORT_NOUNS: ReadonlySet<string> = new Set(
  'day ton cup way men cow cat dog box pen egg car'.split(' '),
);

/** Letters that are units when they stand upright behind a value. */
export const UPRIGHT_UNITS = /^[mgshLlNJWVAKCFTHB]$/;

/** Words that are never a product of letters: they say that a value is not the answer. */
export const DENIALS: ReadonlySet<string> = new Set(
  'not no never cannot none nor neither wrong false incorrect except excluding unless without'.split(' '),
);

/** Words that turn what follows or precedes them into something else than one plain value. */
export const HEDGES =
  /(?:^|[^a-z])(?:or|not|no|to|maybe|perhaps|possibly|either|neither|nor|between|than|least|most|less|fewer|greater|except|excluding|without|about|approximately|roughly|around|nearly|almost|if|when|where|unless|and|but|wrong|incorrect|false|cannot|never|none|for|with|is|are|was|be|plus|minus|times|over|point|half|twice|double|some)(?![a-z])|n['’]t/i;
