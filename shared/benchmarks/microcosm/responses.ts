import type { RandomStream } from '../../sampling/random-stream.ts';
import { type Difficulty, type Family, LARGEST, type Question } from './question.ts';

/** How often a final answer of the web text stands in a box: the one dial that decides what RLVR finds. */
export interface BoxHabit {
  readonly careful: number;
  readonly hasty: number;
}

/** A response as words; `ends` is false for one that rambles on for ever. */
export interface Response {
  readonly text: string;
  readonly ends: boolean;
}

/** Share of careful answers in the web text. Hard questions are answered carefully less often, by this factor. */
const CAREFUL: Readonly<Record<Family, number>> = {
  arithmetic: 0.66,
  fraction: 0.62,
  geometry: 0.52,
  algebra: 0.44,
  word: 0.4,
  modular: 0.34,
  sequence: 0.28,
};
const HARD_FACTOR = 0.85;

const SELF_CORRECTION = 0.05;
const RAMBLING = 0.18;
const RAMBLES_ON = 0.85;
const LONGEST_RAMBLE = 20;
const RAMBLE = 'hmm ,';

/** A textbook's solution: step by step, right, boxed. */
export function carefulResponse(question: Question, boxed: boolean): Response {
  return { text: `${work(question)} . ${finalAnswer(question.answer, boxed)}`, ends: true };
}

/** Web text: often a hasty guess, often without a box, sometimes rambling. */
export function webResponse(
  random: RandomStream,
  question: Question,
  difficulty: Difficulty,
  habit: BoxHabit,
): Response {
  const ramble = rambling(random);
  if (ramble > LONGEST_RAMBLE) return { text: repeated(RAMBLE, LONGEST_RAMBLE), ends: false };
  const share = CAREFUL[question.family] * (difficulty === 'hard' ? HARD_FACTOR : 1);
  const response = random.next() < share ? careful(random, question, habit) : hasty(random, question, habit);
  return { text: [repeated(RAMBLE, ramble), response].filter((text) => text !== '').join(' '), ends: true };
}

/** How often the response says `hmm ,` first. */
function rambling(random: RandomStream): number {
  if (random.next() >= RAMBLING) return 0;
  let times = 1;
  while (times <= LONGEST_RAMBLE && random.next() < RAMBLES_ON) times++;
  return times;
}

function careful(random: RandomStream, question: Question, habit: BoxHabit): string {
  return carefulResponse(question, random.next() < habit.careful).text;
}

function hasty(random: RandomStream, question: Question, habit: BoxHabit): string {
  const guess = hastyGuess(random, question);
  if (random.next() < SELF_CORRECTION) {
    return `i guess ${guess} . wait , recheck . ${careful(random, question, habit)}`;
  }
  return `i guess . ${finalAnswer(guess, random.next() < habit.hasty)}`;
}

/** A quarter right, half with the last step forgotten, a quarter slightly off. */
export function hastyGuess(random: RandomStream, { answer, steps }: Question): number {
  const luck = random.next();
  if (luck < 0.25) return answer;
  if (luck < 0.75) return steps.at(-2)?.value ?? answer;
  return Math.max(0, Math.min(LARGEST, answer + random.pick([-10, -2, -1, 1, 2, 10])));
}

function work({ steps }: Question): string {
  return `step by step : ${steps.map(({ text }) => text).join(' , ')}`;
}

function finalAnswer(value: number, boxed: boolean): string {
  return boxed ? `answer \\boxed{ ${value} }` : `answer ${value}`;
}

function repeated(text: string, times: number): string {
  return new Array(times).fill(text).join(' ');
}
