/**
 * Verdict and reward of every completion of a step. The reward is the verifier's verdict as 1 or 0, a constant, chance
 * (`random-reward.ts`), what a user's module says (`reward-module.ts`), or a weighted sum of these; whatever it is, the
 * verdict is recorded with it.
 */

import { availableParallelism } from 'node:os';
import { sum } from '#shared/metrics/sum.ts';
import type { VerdictKind } from '#shared/records/evaluations.ts';
import { verify } from '#shared/verifier/verify.ts';
import type { TrainingExample } from '../data/training-example.ts';
import { type ModuleReward, type Reward, type SingleReward, singleRewards } from '../settings/config.ts';
import { answerText } from './answer-text.ts';
import { randomReward } from './random-reward.ts';
import { type ModuleSettings, RewardModule } from './reward-module.ts';

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
  /** What each part of a sum gave, before its weight, by name. */
  readonly parts?: Readonly<Record<string, number>> | undefined;
}

export interface Grader {
  /** @returns as many as `completions`, in their order. @throws {KnownError} as a user's module makes it */
  grade(completions: readonly Gradable[], step: number): Promise<Grade[]>;
  close(): Promise<void>;
}

/** Threads or processes of a user's module: enough to overlap, few enough to leave room for the engine. */
const MOST_MODULES = 4;

/** Where a grader finds what a user's modules need. */
export interface GraderHost {
  /** The file that a module was put into, beside what it imports. */
  readonly modulePath: (reward: ModuleReward) => string;
  /** Interpreter for modules in Python. */
  readonly python: string;
}

/**
 * @param seed - of the run
 * @throws {KnownError} `reward-module-invalid`
 */
export async function openGrader(reward: Reward, seed: number, host: GraderHost): Promise<Grader> {
  const parts = reward.kind === 'sum' ? reward.parts : [{ name: '', weight: 1, reward }];
  const opened = await openAll(parts, seed, host);
  return {
    grade: async (completions, step) => {
      const verdicts = completions.map((completion) => judge(completion, reward));
      const values: (readonly number[])[] = [];
      for (const [p, part] of opened.entries()) {
        // Each part of a verifier's judges by its own rule.
        const own =
          reward.kind === 'sum'
            ? completions.map((each) => judge(each, parts[p]?.reward ?? reward))
            : verdicts;
        values.push(await part.of(completions, own, step));
      }
      return verdicts.map((verdict, b) => ({
        ...verdict,
        ...together(
          reward,
          parts,
          values.map((of) => of[b] as number),
        ),
      }));
    },
    close: async () => {
      await Promise.all(opened.map((part) => part.close()));
    },
  };
}

interface Part {
  readonly name: string;
  readonly weight: number;
  readonly reward: SingleReward;
}

/** All of them, or none: what was opened before one that cannot be is closed. */
async function openAll(parts: readonly Part[], seed: number, host: GraderHost): Promise<readonly Rewards[]> {
  const opened: Rewards[] = [];
  try {
    for (const part of parts) opened.push(await openRewards(part.reward, seed, host));
  } catch (error) {
    await Promise.all(opened.map((part) => part.close()));
    throw error;
  }
  return opened;
}

/** The reward that training sees, and what each part of a sum gave. @param values - of each part */
function together(
  { kind }: Reward,
  parts: readonly Part[],
  values: readonly number[],
): Pick<Grade, 'reward' | 'parts'> {
  if (kind !== 'sum') return { reward: values[0] as number };
  const reward = sum(parts.map(({ weight }, p) => weight * (values[p] as number)));
  return { reward, parts: Object.fromEntries(parts.map(({ name }, p) => [name, values[p] as number])) };
}

type Verdict = Omit<Grade, 'reward' | 'parts'>;

function judge({ example, promptText, text }: Gradable, reward: Reward): Verdict {
  const rule = ruleOf(reward);
  const completion = answerText(promptText, text, rule.text);
  if (completion === undefined) return { verdict: 'no-answer', reason: 'no-closed-thought', extracted: null };
  const { verdict, reason, extracted } = verify({ gold: example.answer, completion, mode: rule.mode });
  return { verdict, reason, extracted };
}

/** How a completion is judged: by the first verifier among the rewards, else as `reward` does. */
function ruleOf(reward: Reward): Omit<Extract<Reward, { kind: 'verifier' }>, 'kind'> {
  return singleRewards(reward).find((each) => each.kind === 'verifier') ?? { mode: 'reward', text: 'whole' };
}

interface Rewards {
  of(completions: readonly Gradable[], verdicts: readonly Verdict[], step: number): Promise<number[]>;
  close(): Promise<void>;
}

async function openRewards(reward: SingleReward, seed: number, host: GraderHost): Promise<Rewards> {
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
      return openModule({
        path: host.modulePath(reward),
        deadlineMs: reward.deadlineMs,
        python: host.python,
      });
    default:
      return reward satisfies never;
  }
}

async function openModule(settings: ModuleSettings): Promise<Rewards> {
  const count = Math.min(MOST_MODULES, availableParallelism());
  const modules = Array.from({ length: count }, () => new RewardModule(settings));
  await modules[0]?.load();
  return {
    of: async (completions, _, step) => {
      const values: number[] = [];
      const work = completions.entries();
      await Promise.all(
        modules.map(async (module) => {
          // They share one iterator: each takes the next completion as it is free.
          for (const [index, completion] of work) {
            values[index] = await module.score(inputOf(completion), nameOf(completion, step));
          }
        }),
      );
      return values;
    },
    close: async () => {
      await Promise.all(modules.map((module) => module.end()));
    },
  };
}

function inputOf({ promptText, text, example }: Gradable) {
  return { prompt: promptText, completion: text, answer: example.answer, example };
}

function nameOf({ row, sample, example, text }: Gradable, step: number): string {
  return `sample ${sample} of row ${row} (example ${example.id}) in step ${step}, ${JSON.stringify(text.slice(0, 200))}`;
}
