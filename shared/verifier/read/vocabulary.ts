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
    implies: '→',
    Rightarrow: '→',
    longrightarrow: '→',
    Longrightarrow: '→',
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
    prime: "'",
  }),
);

/** Commands that only set type. */
export const IGNORED_COMMANDS: ReadonlySet<string> = new Set(
  (
    'left right mleft mright big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm middle displaystyle textstyle ' +
    'scriptstyle limits nolimits quad qquad space enspace medspace thinspace thickspace negthinspace negmedspace hspace vspace ' +
    'strut mathstrut hfill hline cline normalsize small large Large bf it rm tt sf cal boldsymbol mathbf mathit mathsf bm ' +
    'mathcal mathscr mathfrak mathtt overrightarrow vec hat widehat underline tilde ensuremath allowbreak nobreak ' +
    'noindent par nonumber notag protect mathop mathbin mathrel mathord mathopen mathclose mathpunct centering relax'
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
    'frac dfrac tfrac cfrac sfrac binom dbinom tbinom choose sqrt begin end boxed sum prod int iint iiint oint lim partial over ' +
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
    '⇒': '→',
    '↦': '→',
    '\\': '\\',
    '∨': 'or',
    '∧': 'and',
    '〈': '⟨',
    '〉': '⟩',
    '％': '%',
    '∥': '‖',
    '│': '|',
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

const UNIT_WORDS: ReadonlySet<string> = new Set(
  (
    'mm cm dm km ft in mi yd mph kph kmph kmh kg mg lb lbs oz hr hrs min mins sec secs rad rads deg sq cu cc ml kL mL eV keV MeV GeV Hz kHz MHz GHz ' +
    'Pa kPa MPa kJ MJ kW MW GW mA mV kV nm ms ns us pc kpc Mpc AU ly erg ergs dyne dynes mol mole moles usd USD rs amu atm bar cal kcal Kelvin meV'
  ).split(' '),
);

/** Whether a bare word after a value is a unit or a counted thing rather than a product of letters. */
export function isUnitWord(word: string): boolean {
  if (UNIT_WORDS.has(word)) return true;
  return word.length >= 4 && /^[A-Za-z]?[a-z]+$/.test(word) && !HEDGES.test(word) && /[aeiouy]/.test(word);
}

/** Words that turn what follows or precedes them into something else than one plain value. */
export const HEDGES =
  /(?:^|[^a-z])(?:or|not|no|to|maybe|perhaps|possibly|either|between|than|least|most|except|about|approximately|roughly|around|if|when|where|unless|and|wrong|incorrect)(?![a-z])|n't/i;
