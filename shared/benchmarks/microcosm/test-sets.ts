import type { Problem } from '../../records/problems.ts';
import { RandomStream } from '../../sampling/random-stream.ts';
import { drawQuestion } from './families.ts';
import { type Difficulty, FAMILIES, type Family, type Question } from './question.ts';
import { trainingExample } from './training-example.ts';

const SEED = 2504_20571;

/** What each set draws, in this order: a question drawn before is not drawn again. */
const SETS = {
  'micro-math500': { problems: 210, difficulty: 'easy', families: FAMILIES },
  'micro-aime24': { problems: 30, difficulty: 'hard', families: ['algebra', 'modular', 'arithmetic'] },
  'micro-amc23': {
    problems: 40,
    difficulty: 'easy',
    families: ['modular', 'sequence', 'fraction', 'geometry'],
  },
  'micro-minerva': { problems: 100, difficulty: 'easy', families: ['word'] },
  'micro-olympiad': { problems: 140, difficulty: 'hard', families: FAMILIES },
  'micro-aime25': { problems: 30, difficulty: 'hard', families: ['sequence', 'fraction', 'geometry'] },
} as const satisfies Record<
  string,
  { problems: number; difficulty: Difficulty; families: readonly Family[] }
>;

export type MicroSet = keyof typeof SETS;

/** The problems of a set: the families in turn, the family being the subject. The same on every machine. */
export function microProblems(name: MicroSet): readonly Problem[] {
  return allSets()[name].map(({ text, answer, family }, index) => ({
    id: `${name}/${index}`,
    problem: text,
    answer: String(answer),
    subject: family,
  }));
}

/** Every question of the six sets: what no corpus may hold. */
export function testQuestions(): ReadonlySet<string> {
  return new Set(Object.values(allSets()).flatMap((questions) => questions.map(({ text }) => text)));
}

let drawn: Readonly<Record<MicroSet, readonly Question[]>> | undefined;

function allSets(): Readonly<Record<MicroSet, readonly Question[]>> {
  drawn ??= drawAll();
  return drawn;
}

function drawAll(): Readonly<Record<MicroSet, readonly Question[]>> {
  const seen = new Set<string>([trainingExample.problem]);
  const entries = Object.entries(SETS).map(([name, { problems, difficulty, families }], stream) => {
    const random = new RandomStream(SEED, stream);
    const questions = Array.from({ length: problems }, (_, index) =>
      drawNew(random, families[index % families.length] as Family, difficulty, seen),
    );
    return [name, questions] as const;
  });
  // The keys of an object literal come back as plain strings.
  return Object.fromEntries(entries) as unknown as Record<MicroSet, readonly Question[]>; // one entry a set
}

function drawNew(random: RandomStream, family: Family, difficulty: Difficulty, seen: Set<string>): Question {
  for (;;) {
    const candidate = drawQuestion(random, family, difficulty);
    if (seen.has(candidate.text)) continue;
    seen.add(candidate.text);
    return candidate;
  }
}
