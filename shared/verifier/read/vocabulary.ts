import type { FunctionName } from '../node/node.ts';
import { byWord } from './by-word.ts';

/** Names of functions, in plain text and as LaTeX commands alike. */
export const FUNCTIONS = byWord<FunctionName | 'sqrt' | 'lg' | 'log2'>({
  sin: 'sin',
  cos: 'cos',
  tan: 'tan tg',
  cot: 'cot ctg',
  sec: 'sec',
  csc: 'csc cosec',
  asin: 'arcsin asin',
  acos: 'arccos acos',
  atan: 'arctan arctg atan',
  acot: 'arccot acot',
  asec: 'arcsec asec',
  acsc: 'arccsc acsc',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  coth: 'coth',
  sech: 'sech',
  csch: 'csch',
  asinh: 'arcsinh arsinh asinh',
  acosh: 'arccosh arcosh acosh',
  atanh: 'arctanh artanh atanh',
  ln: 'ln',
  log: 'log',
  lg: 'lg',
  exp: 'exp',
  sqrt: 'sqrt',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil ceiling',
  gcd: 'gcd',
  lcm: 'lcm',
  min: 'min',
  max: 'max',
  det: 'det',
  binomial: 'binomial',
  argument: 'arg Arg',
  real: 'Re',
  imaginary: 'Im',
});

/** Commands that stand for one mark. */
export const MARK_COMMANDS = byWord({
  '*': 'cdot times ast cdotp bullet',
  '/': 'div slash',
  '±': 'pm',
  '∓': 'mp',
  '≤': 'le leq leqslant leqq',
  '≥': 'ge geq geqslant geqq',
  '<': 'lt',
  '>': 'gt',
  '≠': 'ne neq',
  '≈': 'approx approxeq sim simeq doteq',
  '≡': 'equiv cong',
  '∈': 'in',
  ':': 'colon',
  '→': 'to rightarrow mapsto longrightarrow',
  '⇒': 'implies Rightarrow Longrightarrow iff Leftrightarrow Longleftrightarrow therefore',
  '∪': 'cup bigcup',
  '∩': 'cap bigcap',
  '∖': 'setminus backslash smallsetminus',
  '\\{': 'lbrace',
  '\\}': 'rbrace',
  '[': 'lbrack',
  ']': 'rbrack',
  '(': 'lparen lgroup',
  ')': 'rparen rgroup',
  '⟨': 'langle',
  '⟩': 'rangle',
  '|': 'lvert rvert vert',
  '∣': 'mid divides',
  '‖': 'lVert rVert Vert',
  '⌊': 'lfloor llcorner',
  '⌋': 'rfloor lrcorner',
  '⌈': 'lceil ulcorner',
  '⌉': 'rceil urcorner',
  and: 'land wedge',
  or: 'lor vee',
  mod: 'mod bmod',
  '°': 'degree',
  '∀': 'forall',
  "'": 'prime',
});

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
export const IGNORED_ARGUMENTS = byWord<'1' | '2'>({
  1: 'color textcolor colorbox pagecolor hspace vspace tag label phantom hphantom vphantom raisebox scalebox rotatebox style class cssId href hypertarget hyperlink index',
  2: 'fcolorbox rule resizebox fontsize',
});

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
export const NAMED_CONSTANTS = byWord({
  π: 'pi',
  Π: 'Pi',
  '∞': 'infty infinity Infinity inf oo',
  '∅': 'emptyset varnothing',
  e: 'exponentialE',
  i: 'imaginaryI imath',
  '…': 'ldots dots cdots dotsc dotsb vdots',
  epsilon: 'varepsilon',
  phi: 'varphi',
  theta: 'vartheta',
  rho: 'varrho',
  sigma: 'varsigma',
  j: 'jmath',
});

export const GREEK: ReadonlySet<string> = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron rho sigma tau upsilon phi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Sigma Upsilon Phi Psi Omega'
  ).split(' '),
);

/** Characters beyond ASCII and the spelling the tokenizer knows them by. */
export const CHARACTERS = byWord({
  '-': '− – — ﹣ －',
  '*': '× · ⋅ ∗ ∙ • ✕ ⨯',
  '/': '÷ ∕ ⁄',
  '+': '＋',
  '=': '＝ ⩵ ≔',
  '(': '（',
  ')': '）',
  '[': '［',
  ']': '］',
  '\\{': '｛',
  '\\}': '｝',
  ',': '， 、',
  ';': '；',
  ':': '： ∶',
  '.': '。',
  '≤': '⩽ ≦',
  '≥': '⩾ ≧',
  '°': '∘ º',
  "'": '′ ’',
  "''": '″',
  '≈': '∼ ≃',
  '≡': '≅',
  '⇒': '⟹ ⇔ ⟺ ∴',
  '→': '↦ ⟶',
  or: '∨',
  and: '∧',
  '⟨': '〈',
  '⟩': '〉',
  '‖': '∥',
  '|': '│',
});
export const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ';
export const SUPERSCRIPT_VALUES = '0123456789+-()ni';
export const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';
export const FRACTIONS = '½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞';

/** Letters that are units when they stand upright behind a value. */
export const UPRIGHT_UNITS = /^[mgshLlNJWVAKCFTHB]$/;

/** Words that are never a product of letters: they say that a value is not the answer. */
export const DENIALS: ReadonlySet<string> = new Set(
  'not no never cannot none nor neither wrong false incorrect except excluding unless without'.split(' '),
);

/** Words that turn what follows or precedes them into something else than one plain value. */
export const HEDGES =
  /(?:^|[^a-z])(?:or|not|no|to|maybe|perhaps|possibly|either|neither|nor|between|than|least|most|less|fewer|greater|except|excluding|without|about|approximately|roughly|around|nearly|almost|if|when|where|unless|and|but|wrong|incorrect|false|cannot|never|none|for|with|is|are|was|be|plus|minus|times|over|point|half|twice|double|some)(?![a-z])|n['’]t/i;
