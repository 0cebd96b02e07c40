import { RandomStream } from '../../sampling/random-stream.ts';
import { drawAnyQuestion } from './families.ts';
import { type BoxHabit, carefulResponse, type Response, webResponse } from './responses.ts';
import { testQuestions } from './test-sets.ts';
import { trainingExample } from './training-example.ts';

/** What a base model is taught from, in this order. */
export type Stage = 'textbook' | 'web';

export interface CorpusSample {
  readonly question: string;
  readonly response: Response;
}

/** An endless corpus that holds neither the test questions nor the training example. */
export function* corpus(seed: number, stage: Stage, habit: BoxHabit): Generator<CorpusSample, never> {
  const random = new RandomStream(seed, stage === 'textbook' ? 1 : 2);
  const heldOut = new Set([...testQuestions(), trainingExample.problem]);
  for (;;) {
    const { question, difficulty } = drawAnyQuestion(random);
    if (heldOut.has(question.text)) continue;
    const response =
      stage === 'textbook'
        ? carefulResponse(question, true)
        : webResponse(random, question, difficulty, habit);
    yield { question: question.text, response };
  }
}
