import type { RandomStream } from '../../sampling/random-stream.ts';
import {
  type Difficulty,
  FAMILIES,
  type Family,
  type Question,
  question,
  type Step,
  step,
} from './question.ts';

type Draw = (random: RandomStream) => Question | undefined;

/** How each family draws a question; `undefined` where a step leaves the range. */
const families: Readonly<Record<Family, Readonly<Record<Difficulty, Draw>>>> = {
  arithmetic: { easy: (random) => arithmetic(random, 2), hard: (random) => arithmetic(random, 4) },
  algebra: { easy: algebraEasy, hard: algebraHard },
  modular: { easy: modularEasy, hard: modularHard },
  word: { easy: wordEasy, hard: wordHard },
  sequence: { easy: sequenceEasy, hard: sequenceHard },
  fraction: { easy: fractionEasy, hard: fractionHard },
  geometry: { easy: geometryEasy, hard: geometryHard },
};

/** Draws until all steps of a question are in range. */
export function drawQuestion(random: RandomStream, family: Family, difficulty: Difficulty): Question {
  for (;;) {
    const drawn = families[family][difficulty](random);
    if (drawn) return drawn;
  }
}

/** Any family, 65 % easy: how corpus and training sets are made. */
export function drawAnyQuestion(random: RandomStream): {
  readonly question: Question;
  readonly difficulty: Difficulty;
} {
  const family = random.pick(FAMILIES);
  const difficulty = random.next() < 0.65 ? 'easy' : 'hard';
  return { question: drawQuestion(random, family, difficulty), difficulty };
}

function arithmetic(random: RandomStream, operations: number): Question | undefined {
  const first = random.integer(2, 20);
  let text = `compute ${first}`;
  let value = first;
  const steps: Step[] = [];
  for (let i = 0; i < operations; i++) {
    const operator = random.pick(['+', '-'] as const);
    const term = random.integer(2, 9);
    text += ` ${operator} ${term}`;
    steps.push(step(value, operator, term));
    value = steps[i]?.value as number; // i counts the steps
  }
  return question('arithmetic', text, steps);
}

function algebraEasy(random: RandomStream): Question | undefined {
  const [a, x, b] = [random.integer(2, 9), random.integer(2, 9), random.integer(2, 9)];
  const c = a * x + b;
  return question('algebra', `solve ${a} x + ${b} = ${c}`, [step(c, '-', b), step(c - b, '/', a)]);
}

function algebraHard(random: RandomStream): Question | undefined {
  const [a, x, b, d] = [
    random.integer(2, 9),
    random.integer(2, 9),
    random.integer(2, 9),
    random.integer(2, 7),
  ];
  const c = d * x + b;
  const text = `solve ${a + d} x + ${b} = ${a} x + ${c}`;
  return question('algebra', text, [step(a + d, '-', a), step(c, '-', b), step(c - b, '/', d)]);
}

function modularEasy(random: RandomStream): Question | undefined {
  const [a, b, c, m] = [
    random.integer(2, 9),
    random.integer(2, 9),
    random.integer(2, 9),
    random.integer(3, 9),
  ];
  const sum = a * b + c;
  const steps = [step(a, '*', b), step(a * b, '+', c), step(sum, '-', sum - (sum % m))];
  return question('modular', `find ${a} * ${b} + ${c} mod ${m}`, steps);
}

function modularHard(random: RandomStream): Question | undefined {
  const [a, b, c] = [random.integer(2, 9), random.integer(2, 9), random.integer(2, 4)];
  const [d, m] = [random.integer(2, 4), random.integer(3, 9)];
  const sum = a * b + c * d;
  const last = step(sum, '-', sum - (sum % m));
  const steps = [step(a, '*', b), step(c, '*', d), step(a * b, '+', c * d), last];
  return question('modular', `find ${a} * ${b} + ${c} * ${d} mod ${m}`, steps);
}

function wordEasy(random: RandomStream): Question | undefined {
  const [name, thing] = [random.pick(NAMES), random.pick(THINGS)];
  const have = random.integer(5, 30);
  const { told, steps } = exchange(random, have);
  return question('word', `${name} has ${have} ${thing} , ${told} . how many ${thing} ?`, steps);
}

function wordHard(random: RandomStream): Question | undefined {
  const [name, thing] = [random.pick(NAMES), random.pick(THINGS)];
  const [boxes, size] = [random.integer(2, 9), random.integer(2, 9)];
  const { told, steps } = exchange(random, boxes * size);
  const text = `${name} buys ${boxes} boxes of ${size} ${thing} , ${told} . how many ${thing} ?`;
  return question('word', text, [step(boxes, '*', size), ...steps]);
}

const NAMES = ['tom', 'ann', 'bob', 'eve'] as const;
const THINGS = ['pens', 'coins', 'apples', 'cards'] as const;

function exchange(
  random: RandomStream,
  have: number,
): { readonly told: string; readonly steps: readonly Step[] } {
  const [gets, gives] = [random.integer(2, 9), random.integer(2, 9)];
  if (random.next() < 0.5) {
    const steps = [step(have, '+', gets), step(have + gets, '-', gives)];
    return { told: `gets ${gets} and gives ${gives} away`, steps };
  }
  const steps = [step(have, '-', gives), step(have - gives, '+', gets)];
  return { told: `gives ${gives} away and gets ${gets}`, steps };
}

function sequenceEasy(random: RandomStream): Question | undefined {
  const [a, d, n] = [random.integer(2, 9), random.integer(2, 9), random.integer(4, 10)];
  const steps = [step(n, '-', 1), step(n - 1, '*', d), step((n - 1) * d, '+', a)];
  return question('sequence', `a sequence starts at ${a} and grows by ${d} . find term ${n}`, steps);
}

function sequenceHard(random: RandomStream): Question | undefined {
  const [a, d] = [random.integer(2, 9), random.integer(2, 9)];
  const [b, c] = [a + d, a + 2 * d];
  const steps = [step(a, '+', d), step(b, '+', d), step(a, '+', b), step(a + b, '+', c)];
  return question('sequence', `a sequence starts at ${a} and grows by ${d} . find the sum of 3 terms`, steps);
}

function fractionEasy(random: RandomStream): Question | undefined {
  const { told, steps } = part(random);
  return question('fraction', `find ${told}`, steps);
}

function fractionHard(random: RandomStream): Question | undefined {
  const [first, second] = [part(random), part(random)];
  const [left, right] = [first.steps[1].value, second.steps[1].value];
  const steps = [...first.steps, ...second.steps, step(left, '+', right)];
  return question('fraction', `find ${first.told} plus ${second.told}`, steps);
}

/** `a / b of N`. */
function part(random: RandomStream): { readonly told: string; readonly steps: readonly [Step, Step] } {
  const b = random.integer(2, 9);
  const a = random.integer(1, b - 1);
  const n = b * random.integer(2, 9);
  return { told: `${a} / ${b} of ${n}`, steps: [step(n, '/', b), step(n / b, '*', a)] };
}

function geometryEasy(random: RandomStream): Question | undefined {
  const [a, b] = [random.integer(2, 20), random.integer(2, 9)];
  const steps = [step(a, '+', b), step(a + b, '+', a + b)];
  return question('geometry', `a rectangle is ${a} by ${b} . find the perimeter`, steps);
}

function geometryHard(random: RandomStream): Question | undefined {
  const [a, b, c] = [random.integer(3, 9), random.integer(3, 9), random.integer(2, 3)];
  if (a * b - c * c < 1) return undefined;
  const text = `a square of side ${c} is cut from a rectangle ${a} by ${b} . find the area`;
  return question('geometry', text, [step(a, '*', b), step(c, '*', c), step(a * b, '-', c * c)]);
}
