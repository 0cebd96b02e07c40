import type { Problem } from '../../records/problems.ts';
import { RandomStream } from '../../sampling/random-stream.ts';
import { drawAnyQuestion } from './families.ts';
import { testQuestions } from './test-sets.ts';
import { trainingExample } from './training-example.ts';

/** As many as DSR-sub has, the paper's full set. */
const SIZE = 1209;
const SEED = 2504_20571;
/** Beyond the streams of the test sets, which share the seed. */
const STREAM = 1000;

/**
 * The full training set, the upper bar of 1-shot RLVR: no question of a test set, and not the one training example.
 * Questions repeat, and pretraining has seen some: of perimeters, for one, there are no more than 152.
 */
export function fullSet(): readonly Problem[] {
  const heldOut = new Set([...testQuestions(), trainingExample.problem]);
  const random = new RandomStream(SEED, STREAM);
  const problems: Problem[] = [];
  while (problems.length < SIZE) {
    const { text, answer, family } = drawAnyQuestion(random).question;
    if (heldOut.has(text)) continue;
    const id = `micro-full/${problems.length}`;
    problems.push({ id, problem: text, answer: String(answer), subject: family });
  }
  return problems;
}
