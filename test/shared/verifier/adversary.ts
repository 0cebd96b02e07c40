import type { Random } from '#bench/verifier/random.ts';

/** A reference answer, and one whose value provably differs however near it looks. */
export interface Forgery {
  readonly gold: string;
  readonly answer: string;
}

/** What a wrong answer is made of; each family knows one trick. */
export type Family = (random: Random) => Forgery;

const FUNCTIONS = [
  'x',
  'x^2',
  'x^3-2x',
  '\\frac{x}{x^2+1}',
  '\\sin x',
  '\\cos 2x',
  'e^x',
  'xe^{-x}',
  '\\sqrt{x^2+1}',
  '\\ln(x^2+1)',
  '\\arctan x',
  '2^x',
  'x\\sin x+1',
  '\\cosh x',
  '(x+1)^5',
] as const;
const CONSTANTS = [
  '1',
  '7',
  '\\frac{3}{4}',
  '\\sqrt{2}',
  '\\pi',
  'e',
  '\\frac{\\pi}{6}',
  '1+\\sqrt{5}',
  '\\ln 2',
  '\\sqrt[3]{7}',
  '2^{10}',
  '\\sin 1',
  '\\frac{\\sqrt{3}}{2}',
  '-5',
] as const;

const anything = (random: Random): string => random.pick([...FUNCTIONS, ...CONSTANTS]);
const whole = (random: Random, from: number, to: number): number => from + random.below(to - from + 1);

/** More than doubles hold, and more than any number of digits holds. */
const tiny = (random: Random): string => `10^{-${whole(random, 12, 400)}}`;
const huge = (random: Random): string => `10^{${whole(random, 3, 300)}}`;

const tinyConstant: Family = (random) => {
  const gold = anything(random);
  return { gold, answer: `${gold}${random.pick(['+', '-'])}${tiny(random)}` };
};

const tinyTerm: Family = (random) => {
  const gold = random.pick(FUNCTIONS);
  return { gold, answer: `${gold}+${tiny(random)}${random.pick(FUNCTIONS.slice(0, 5))}` };
};

const tinyFactor: Family = (random) => {
  const gold = anything(random);
  return { gold, answer: `(${gold})(1+${tiny(random)})` };
};

const underflow: Family = (random) => {
  const gold = anything(random);
  const exponent = random.pick(['-10^6', '-10^{10}', '-x^2-1000', '-x^4-800', '-e^{50}', `-${huge(random)}`]);
  return { gold, answer: `${gold}+e^{${exponent}}` };
};

const hugePower: Family = (random) => {
  const gold = anything(random);
  return { gold, answer: `${gold}+x^{${whole(random, 200, 1_000_000)}}` };
};

const step: Family = (random) => {
  const gold = anything(random);
  const at = whole(random, 1, 1_000_000);
  const bump = random.pick([
    `\\max(0,x-${at})`,
    `\\max(0,-x-${at})`,
    `\\max(0,\\min(x-${at},${at + 1}-x))`,
    `\\lfloor\\frac{1}{1+x^2}\\rfloor`,
    `\\lfloor\\frac{1}{1+(x-${at})^2}\\rfloor`,
    `\\lfloor\\frac{|x|}{${at}}\\rfloor`,
    `\\frac{x-${at}+\\sqrt{(x-${at})^2}}{2}`,
    `\\frac{|x-${at}|+x-${at}}{2}`,
    `(x-${at}+|x-${at}|)^2`,
  ]);
  return { gold, answer: `${gold}+${bump}` };
};

const periodic: Family = (random) => {
  const gold = random.pick(FUNCTIONS);
  const times = whole(random, 1, 60);
  const wave = random.pick([
    `\\sin(${times}\\pi x)`,
    `\\sin^2(${times}\\pi x)`,
    `1-\\cos(${2 * times}\\pi x)`,
    `\\tan(${times}\\pi x)`,
  ]);
  return { gold, answer: `${gold}+${wave}` };
};

const absolute: Family = (random) => {
  const odd = 2 * whole(random, 0, 4) + 1;
  const [a, b] = [whole(random, 1, 9), whole(random, 0, 9)];
  const size = random.pick([`|x|^{${odd}}`, `\\sqrt{x^{${2 * odd}}}`, `\\max(x,-x)^{${odd}}`]);
  return { gold: `${a}x^{${odd}}+${b}`, answer: `${a}${size}+${b}` };
};

const saturated: Family = (random) => {
  const large = huge(random);
  return random.pick<Forgery>([
    { gold: '\\frac{\\pi}{2}', answer: `\\arctan(${large})` },
    { gold: '1', answer: `\\tanh(${large})` },
    { gold: '1', answer: `\\cos(${tiny(random)})` },
    { gold: '1', answer: `e^{${tiny(random)}}` },
    { gold: '0', answer: `\\ln(1+${tiny(random)})` },
    { gold: '0', answer: `\\sin(${tiny(random)})` },
    { gold: '2', answer: `\\sqrt{4+${tiny(random)}}` },
    { gold: 'x', answer: `\\sqrt[3]{x^3+${tiny(random)}}` },
    { gold: '0', answer: `e^{-${large}}` },
  ]);
};

/** Near a line, a parabola or a constant, however many digits are looked at. */
const flattened: Family = (random) => {
  const small = tiny(random);
  return random.pick<Forgery>([
    { gold: 'x', answer: `\\frac{\\sin(${small}x)}{${small}}` },
    { gold: 'x', answer: `\\frac{\\arctan(${small}x)}{${small}}` },
    { gold: 'x', answer: `\\frac{e^{${small}x}-1}{${small}}` },
    { gold: '\\frac{x^2}{2}', answer: `\\frac{1-\\cos(${small}x)}{(${small})^2}` },
    { gold: '1', answer: `(1+${small}\\sin x)(1-${small}\\sin x)` },
    { gold: 'x', answer: `\\frac{x}{1+${small}x}` },
  ]);
};

const counted: Family = (random) => {
  const many = whole(random, 14, 5000);
  const gold = random.pick(['n', 'n^2', 'n!', '2^n', '\\frac{n(n+1)}{2}']);
  const zero = random.pick([
    `\\binom{n}{${many}}`,
    `\\prod_{k=1}^{${whole(random, 3, 40)}}(n-k)`,
    `\\binom{0}{(n-${many})^2}`,
    `\\sin(\\pi n)\\cdot\\binom{n}{2}+\\binom{n}{${many}}`,
  ]);
  return { gold, answer: `${gold}+${zero}` };
};

const nearby: Family = (random) => {
  const value = whole(random, 2, 2_000_000);
  return random.pick<Forgery>([
    { gold: `${value}`, answer: `${value + 1}` },
    { gold: `${value}`, answer: `-${value}` },
    { gold: `\\frac{${value}}{${value + 1}}`, answer: `\\frac{${value + 1}}{${value + 2}}` },
    { gold: `10^{${value % 900}}`, answer: `10^{${value % 900}}+1` },
    { gold: `\\sqrt{${value}}`, answer: `\\sqrt{${value}+${tiny(random)}}` },
    { gold: `\\sqrt{${value * value + 1}}`, answer: `${value}` },
    { gold: `2^{${value}}`, answer: `2^{${value + 1}}` },
    { gold: `\\log_{10}(10^{20}+${value})`, answer: '20' },
  ]);
};

const marked: Family = (random) => {
  const body = random.pick(FUNCTIONS);
  return random.pick<Forgery>([
    { gold: `f(x)=${body}`, answer: `f'(x)=${body}` },
    { gold: `f'(x)=${body}`, answer: `f''(x)=${body}` },
    { gold: `y=${body}`, answer: `y'=${body}` },
    { gold: 'ab', answer: '\\overline{ab}' },
    { gold: '\\bar{x}', answer: 'x' },
    { gold: `${body}`, answer: `\\overline{z}+${body}-z` },
    { gold: '3-4i', answer: '\\overline{3-4i}' },
  ]);
};

const surrounded: Family = (random) => {
  const [a, b] = [whole(random, -9, 0), whole(random, 1, 9)];
  const value = random.pick(CONSTANTS);
  return random.pick<Forgery>([
    { gold: `[${a},${b})`, answer: `(${a},${b})` },
    { gold: `[${a},${b}]`, answer: `[${a},${b}+${tiny(random)}]` },
    { gold: value, answer: `${value}, ${b + 20}` },
    { gold: value, answer: `${value} \\text{ or } ${b + 20}` },
    { gold: `${a}, ${b}`, answer: `${a}, ${b}, ${b + 1}` },
    { gold: `(${a}, ${value})`, answer: `(${value}, ${a - 1})` },
    { gold: `x > ${b}`, answer: `x \\ge ${b}` },
    { gold: `x^2+y^2=${b}`, answer: `x^2+y^2=${b}+${tiny(random)}` },
  ]);
};

const worded: Family = (random) => {
  const value = whole(random, 2, 900);
  const [before, after] = random.pick([
    ['', '\\text{ million}'],
    ['', '\\text{ dozen}'],
    ['', ' thousand'],
    ['', '\\text{ squared}'],
    ['', '\\text{ point five}'],
    ['', '\\text{ halves}'],
    ['', '\\text{ plus one}'],
    ['', '\\text{ or more}'],
    ['', '\\text{ cannot be}'],
    ['', '\\text{ is wrong}'],
    ['', '\\text{ gazillion}'],
    ['', '\\mathrm{x}'],
    ['\\text{at least }', ''],
    ['\\text{not }', ''],
    ['\\text{twice }', ''],
    ['\\text{minus }', ''],
    ['x \\ne ', ''],
    ['x > ', ''],
  ]);
  return { gold: `${value}`, answer: `${before}${value}${after}` };
};

const KINDS = ['cm', 'cm^2', 'cm^3', 'kg', 's', 'J', 'm/s', 'K', 'mol', 'V'];

const measured: Family = (random) => {
  const value = whole(random, 2, 900);
  const unit = random.pick(KINDS);
  const other = random.pick(KINDS.filter((each) => each !== unit));
  return random.pick<Forgery>([
    { gold: `${value}\\text{ ${unit}}`, answer: `${value}\\text{ ${other}}` },
    { gold: `${value}\\text{ ${unit}}`, answer: `${value}\\%` },
    { gold: `${value}\\%`, answer: `${value}\\text{ ${unit}}` },
    { gold: `${value}\\text{ m}`, answer: `${value}\\text{ km}` },
    { gold: `${value}\\text{ m}`, answer: `${value + 1}00\\text{ cm}` },
    { gold: `${value}^\\circ`, answer: `${value}\\text{ radians}` },
    { gold: `\\$${value}`, answer: `${value}\\text{ euros}` },
    { gold: `\\$${value}`, answer: `${value}\\text{ cents}` },
  ]);
};

const bracketed: Family = (random) => {
  const [a, b] = [whole(random, -99, 0), whole(random, 1, 99)];
  const brackets = ['()', '[]', '(]', '[)', '\\{\\}'] as const;
  const put = (pair: string, inner: string) =>
    pair.slice(0, pair.length / 2) + inner + pair.slice(pair.length / 2);
  const gold = random.pick(brackets);
  const other = random.pick(brackets.filter((pair) => pair !== gold));
  return random.pick<Forgery>([
    { gold: put(gold, `${a},${b}`), answer: put(other, `${a},${b}`) },
    { gold: put('()', `${a},${b}`), answer: put('()', `${b},${a}`) },
    { gold: put('()', `${a},${b}`), answer: `(y,x)=(${a},${b})` },
    { gold: `\\{${a},${b}\\}`, answer: `\\{${a}\\},\\{${b}\\}` },
    { gold: `\\{${a},${b}\\}`, answer: `\\overline{\\{${a},${b}\\}}` },
    { gold: `x>${a}`, answer: `x>${b} \\Rightarrow x>${a}` },
    { gold: `(-\\infty,${b}]`, answer: `(-\\infty,${b}]\\setminus\\{${a}\\}` },
    { gold: `[${a},${b}]`, answer: `[${a},${b}]\\cup\\{${b + 1}\\}` },
  ]);
};

const lengthened: Family = (random) => {
  const many = whole(random, 2, 5);
  const start = whole(random, -99, 99);
  const values = Array.from({ length: many }, (_, index) => start + 7 * index);
  const others = random.pick([[...values, start + 3], values.slice(1), values.with(0, start + 1)]);
  const [open, close] = random.pick([
    ['', ''],
    ['\\{', '\\}'],
    ['(', ')'],
  ] as const);
  const separator = random.pick([', ', ',']);
  const wrote = (items: readonly number[]) => open + items.join(separator) + close;
  return { gold: wrote(values), answer: wrote(others) };
};

export const families: Readonly<Record<string, Family>> = {
  tinyConstant,
  tinyTerm,
  tinyFactor,
  underflow,
  hugePower,
  step,
  periodic,
  absolute,
  saturated,
  flattened,
  counted,
  nearby,
  marked,
  surrounded,
  worded,
  measured,
  bracketed,
  lengthened,
};
