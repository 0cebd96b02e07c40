/**
 * Verdict and reward of every completion of a step. The reward is the verifier's verdict as 1 or 0, a constant, chance
 * (`random-reward.ts`), or what a user's module says (`reward-thread.ts`); whatever it is, the verdict is recorded with it.
 */
import { availableParallelism } from 'node:os';
import type { VerdictKind } from '#shared/messages.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { TrainingExample } from '../data/training-example.ts';
import type { Reward } from '../settings/config.ts';
import { answerText } from './answer-text.ts';
import { randomReward } from './random-reward.ts';
import { RewardThread } from './reward-thread.ts';

/** A completion as a reward sees it. */
export interface Gradable {
  readonly row: number;
  readonly sample: number;
  readonly example: TrainingExample;
  /** The whole prompt as text. */
  readonly promptText: string;
  /** The completion as text, its stop token left out. */
  readonly text: string;
}

export interface Grade {
  readonly verdict: VerdictKind;
  readonly reason: string;
  readonly extracted: string | null;
  readonly reward: number;
}

export interface Grader {
  /** @returns as many as `completions`, in their order. @throws {KnownError} as a user's module makes it */
  grade(completions: readonly Gradable[], step: number): Promise<Grade[]>;
  close(): Promise<void>;
}

/** Threads of a user's module: enough to overlap, few enough to leave room for the engine. */
const MOST_THREADS = 4;

/**
 * @param seed - of the run
 * @param modulePath - file of the user's module, where the reward is one
 * @throws {KnownError} `reward-module-invalid`
 */
export async function openGrader(reward: Reward, seed: number, modulePath: string): Promise<Grader> {
  const rewards = await openRewards(reward, seed, modulePath);
  return {
    grade: async (completions, step) => {
      const verdicts = completions.map((completion) => judge(completion, reward));
      const values = await rewards.of(completions, verdicts, step);
      return verdicts.map((verdict, b) => ({ ...verdict, reward: values[b] as number }));
    },
    close: rewards.close,
  };
}

type Verdict = Omit<Grade, 'reward'>;

function judge({ example, promptText, text }: Gradable, reward: Reward): Verdict {
  const rule = reward.kind === 'verifier' ? reward : ({ mode: 'reward', text: 'whole' } as const);
  const completion = answerText(promptText, text, rule.text);
  if (completion === undefined) return { verdict: 'no-answer', reason: 'no-closed-thought', extracted: null };
  const { verdict, reason, extracted } = verify({ gold: example.answer, completion, mode: rule.mode });
  return { verdict, reason, extracted };
}

interface Rewards {
  of(completions: readonly Gradable[], verdicts: readonly Verdict[], step: number): Promise<number[]>;
  close(): Promise<void>;
}

async function openRewards(reward: Reward, seed: number, modulePath: string): Promise<Rewards> {
  const close = async () => {};
  switch (reward.kind) {
    case 'verifier':
      return {
        of: async (_, verdicts) => verdicts.map(({ verdict }) => (verdict === 'correct' ? 1 : 0)),
        close,
      };
    case 'constant':
      return { of: async (completions) => completions.map(() => reward.value), close };
    case 'random':
      return {
        of: async (completions, _, step) =>
          completions.map(({ row, sample }) => randomReward({ seed, step, row, sample }, reward.probability)),
        close,
      };
    case 'module':
      return openModule({ path: modulePath, deadlineMs: reward.deadlineMs });
    default:
      return reward satisfies never;
  }
}

async function openModule(settings: {
  readonly path: string;
  readonly deadlineMs: number;
}): Promise<Rewards> {
  const count = Math.min(MOST_THREADS, availableParallelism());
  const threads = Array.from({ length: count }, () => new RewardThread(settings));
  await threads[0]?.load();
  return {
    of: async (completions, _, step) => {
      const values: number[] = [];
      const work = completions.entries();
      await Promise.all(
        threads.map(async (thread) => {
          // The threads share one iterator: each takes the next completion as it is free.
          for (const [index, completion] of work) {
            values[index] = await thread.score(inputOf(completion), nameOf(completion, step));
          }
        }),
      );
      return values;
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

function inputOf({ promptText, text, example }: Gradable) {
  return { prompt: promptText, completion: text, answer: example.answer, example };
}

function nameOf({ row, sample, example, text }: Gradable, step: number): string {
  return `sample ${sample} of row ${row} (example ${example.id}) in step ${step}, ${JSON.stringify(text.slice(0, 200))}`;
}
