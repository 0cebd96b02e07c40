import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TrainingExample } from '#trainer/data/training-example.ts';
import { answerText } from '#trainer/rewards/answer-text.ts';
import { type Gradable, openGrader } from '#trainer/rewards/grader.ts';
import { randomReward } from '#trainer/rewards/random-reward.ts';
import { Reward } from '#trainer/settings/config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-reward-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const example = TrainingExample.parse({ id: 'e', prompt: 'what ?', answer: '7', fields: { most: 9 } });
const completions = ['\\boxed{7}', '\\boxed{8}', 'seven'].map(
  (text, b): Gradable => ({ row: 0, sample: b, example, promptText: '<what ?>', text }),
);

describe('the reward of the verifier', () => {
  it('is 1 for what the grader calls correct, else 0', async () => {
    expect(await rewardsOf({ kind: 'verifier' })).toEqual([1, 0, 0]);
    expect(await rewardsOf({ kind: 'verifier', mode: 'format' })).toEqual([1, 1, 0]);
  });

  it('grades what follows the thought of a reasoning model, and only that', async () => {
    const settings = { kind: 'verifier', mode: 'paper-train', text: 'after-think' };
    const thinking = (text: string): Gradable =>
      ({ ...completions[0], text, promptText: 'what ?<think>\n' }) as Gradable;
    const texts = [
      '8 ? </think>\\boxed{7}',
      '\\boxed{7}</think>so',
      '\\boxed{7}',
      'a</think>b</think>\\boxed{7}',
    ];
    expect(await rewardsOf(settings, '', texts.map(thinking))).toEqual([1, 0, 0, 0]);
  });
});

describe('answerText', () => {
  it('needs both tags for a thought', () => {
    expect(answerText('q', 'c', 'whole')).toBe('c');
    expect(answerText('q<think>', 'a</think>b</think>c', 'after-think')).toBe('b');
    expect(answerText('q', '<think>a</think>b', 'after-think')).toBe('b');
    expect(answerText('q', 'a</think>b', 'after-think')).toBeUndefined();
    expect(answerText('q<think>', 'a', 'after-think')).toBeUndefined();
  });
});

describe('rewards that ignore the answer', () => {
  it('keep the verdict beside a constant', async () => {
    const grader = await openGrader({ kind: 'constant', value: 0.5 }, 1, host(''));
    const grades = await grader.grade(completions, 1);
    expect(grades.map(({ reward, verdict }) => [reward, verdict])).toEqual([
      [0.5, 'correct'],
      [0.5, 'incorrect'],
      [0.5, 'no-answer'],
    ]);
  });

  it('are chance, as a function of seed, step, row and sample', () => {
    const place = fc.record({ seed: fc.nat(), step: fc.nat(), row: fc.nat(127), sample: fc.nat(7) });
    fc.assert(
      fc.property(place, (draw) => {
        expect(randomReward(draw, 0.5)).toBe(randomReward({ ...draw }, 0.5));
        expect([randomReward(draw, 0), randomReward(draw, 1)]).toEqual([0, 1]);
      }),
    );
    const many = Array.from({ length: 4000 }, (_, i) =>
      randomReward({ seed: 1, step: i >> 7, row: i & 127, sample: 3 }, 0.3),
    );
    expect(many.reduce<number>((sum, reward) => sum + reward, 0) / many.length).toBeCloseTo(0.3, 1);
  });
});

describe("a user's reward module", () => {
  it('is called with prompt, completion, answer and example, and answers in order', async () => {
    const path = await module(`export async function reward({ prompt, completion, answer, example }) {
      await new Promise((done) => setTimeout(done, completion.length > 6 ? 30 : 0));
      return prompt.length + completion.length / 100 + Number(answer) * 100 + example.fields.most * 1000;
    }`);
    const expected = completions.map(({ text }) => 8 + text.length / 100 + 700 + 9000);
    expect(await rewardsOf(moduleReward(), path)).toEqual(expected);
  });

  it('may be TypeScript', async () => {
    const path = join(folder, 'typed.ts');
    await writeFile(
      path,
      'export const reward = ({ completion }: { completion: string }): number => completion.length;',
    );
    expect(await rewardsOf(moduleReward(), path)).toEqual([9, 9, 5]);
  });

  it('is given the completion again in a new thread after a hang or a crash', async () => {
    for (const loss of [
      'for (;;);',
      'process.exit(3);',
      'setTimeout(() => { throw new Error("late") }); await new Promise(() => {});',
    ]) {
      const marker = join(folder, `marker-${Math.random()}`);
      const path = await module(`import { existsSync, writeFileSync } from 'node:fs';
        export async function reward({ completion }) {
          if (completion === 'seven' && !existsSync('${marker}')) { writeFileSync('${marker}', ''); ${loss} }
          return 2;
        }`);
      expect(await rewardsOf(moduleReward(400), path)).toEqual([2, 2, 2]);
    }
  });

  it('is a typed error that names the completion when it stays lost', async () => {
    const hang = await module('export const reward = () => { for (;;); }');
    await expect(rewardsOf(moduleReward(150), hang)).rejects.toMatchObject({
      code: 'reward-timeout',
      message: expect.stringMatching(
        /sample \d of row 0 \(example e\) in step 4.*150 ms, twice.*reward.deadlineMs/,
      ),
    });
    const crash = await module('export const reward = () => process.exit(3)');
    await expect(rewardsOf(moduleReward(), crash)).rejects.toMatchObject({
      code: 'reward-crashed',
      message: expect.stringContaining('exit code 3'),
    });
  });

  it('is a typed error that names the completion when it throws or gives no finite number', async () => {
    const throwing = await module('export const reward = () => { throw new Error("no idea") }');
    await expect(rewardsOf(moduleReward(), throwing)).rejects.toMatchObject({
      code: 'reward-failed',
      message: expect.stringMatching(/boxed\{7\}.*no idea/s),
    });
    for (const [value, shown] of [
      ['NaN', 'NaN'],
      ['1 / 0', 'Infinity'],
      ['"1"', "'1'"],
      ['undefined', 'undefined'],
      ['() => 1', 'Function'],
    ]) {
      const path = await module(`export const reward = () => { return ${value} }`);
      await expect(rewardsOf(moduleReward(), path)).rejects.toMatchObject({
        code: 'reward-not-a-number',
        message: expect.stringContaining(shown as string),
      });
    }
    for (const value of ['1e200', '-1e200', '1000001']) {
      const path = await module(`export const reward = () => ${value}`);
      await expect(rewardsOf(moduleReward(), path)).rejects.toMatchObject({
        code: 'reward-too-large',
        message: expect.stringMatching(/example .*scale them down/),
      });
    }
  });

  it('is refused where it does not load or exports no reward', async () => {
    for (const source of [
      'export const score = () => 1;',
      'import "./other.js";',
      'for (;;);',
      'process.exit(0)',
      'syntax error',
    ]) {
      const path = await module(source);
      await expect(rewardsOf(moduleReward(100), path)).rejects.toMatchObject({
        code: 'reward-module-invalid',
      });
    }
  });

  it('says on which line a module cannot be read, in either language', async () => {
    const source = 'export function reward() {\n  return [1 2];\n}\n';
    for (const ending of ['mjs', 'ts']) {
      await expect(rewardsOf(moduleReward(), await module(source, ending))).rejects.toMatchObject({
        code: 'reward-module-invalid',
        message: expect.stringMatching(new RegExp(`reward-.*\\.${ending}:2\\n.*return \\[1 2\\]`, 's')),
      });
    }
  });
});

describe("a user's reward module in Python", () => {
  const python = (source: string) => module(source, 'py');

  it('is called with what it asks for, by name, and answers in order', async () => {
    const path = await python(
      'def reward(example, completion, answer):\n    return len(completion) + 100 * int(answer) + example["fields"]["most"] * 1000\n',
    );
    expect(await rewardsOf(moduleReward(), path)).toEqual([9709, 9709, 9705]);
  });

  it('may import what is installed, print, and give what is a number to Python', async () => {
    const path = await python(
      'import fractions\nprint("loaded")\ndef reward(**given):\n    print(sorted(given))\n    return fractions.Fraction(3, 4) if "seven" in given["completion"] else True\n',
    );
    expect(await rewardsOf(moduleReward(), path)).toEqual([1, 1, 0.75]);
  });

  it('is given the completion again in a new process after a hang or a crash', async () => {
    for (const loss of ['while True: pass', 'os._exit(3)', 'os.kill(os.getpid(), 9)']) {
      const marker = join(folder, `marker-${Math.random()}`);
      const path = await python(`import os
def reward(completion):
    if completion == 'seven' and not os.path.exists('${marker}'):
        open('${marker}', 'w').close()
        ${loss}
    return 2
`);
      expect(await rewardsOf(moduleReward(1500), path)).toEqual([2, 2, 2]);
    }
  });

  it.each([
    [
      'def reward(completion):\n    raise ValueError("no idea")\n',
      'reward-failed',
      /boxed\{7\}.*line 2.*no idea/s,
    ],
    ['def reward(completion):\n    return float("nan")\n', 'reward-not-a-number', /is nan/],
    ['def reward(completion):\n    return "1"\n', 'reward-not-a-number', /is '1'/],
    ['def reward(completion):\n    return 1e200\n', 'reward-too-large', /scale them down/],
    ['import os\ndef reward(completion):\n    os._exit(3)\n', 'reward-crashed', /exit code 3/],
    ['def reward(completion):\n    return [1 2]\n', 'reward-module-invalid', /line 2.*\[1 2\]/s],
    ['import not_installed_here\n', 'reward-module-invalid', /not_installed_here/],
    ['def score(completion):\n    return 1\n', 'reward-module-invalid', /defines no function "reward"/],
    [
      'def reward(text):\n    return 1\n',
      'reward-module-invalid',
      /asks for text; there are prompt, completion/,
    ],
    ['import os\nos._exit(4)\n', 'reward-module-invalid', /exit code 4/],
  ])('%j is told', async (source, code, message) => {
    const path = await python(source);
    await expect(rewardsOf(moduleReward(), path)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is told where there is no such Python', async () => {
    const path = await python('def reward(completion):\n    return 1\n');
    const missing = openGrader(Reward.parse(moduleReward()), 1, {
      modulePath: () => path,
      python: join(folder, 'no-python'),
    });
    await expect(missing).rejects.toMatchObject({
      code: 'reward-module-invalid',
      message: expect.stringContaining('no-python'),
    });
  });
});

describe('a sum of rewards', () => {
  it('is weighted, and records what each part gave', async () => {
    const path = await module('export const reward = ({ completion }) => completion.length;');
    const parts = [
      { name: 'right', weight: 1, reward: { kind: 'verifier' } },
      { name: 'boxed', weight: 0.5, reward: { kind: 'verifier', mode: 'format' } },
      { name: 'long', weight: -0.01, reward: moduleReward() },
    ];
    const grader = await openGrader(Reward.parse({ kind: 'sum', parts }), 1, host(path));
    const grades = await grader.grade(completions, 4);
    await grader.close();
    expect(grades.map((grade) => grade.parts)).toEqual([
      { right: 1, boxed: 1, long: 9 },
      { right: 0, boxed: 1, long: 9 },
      { right: 0, boxed: 0, long: 5 },
    ]);
    const sums = [1 + 0.5 - 0.09, 0.5 - 0.09, -0.05];
    for (const [b, { reward }] of grades.entries()) expect(reward).toBeCloseTo(sums[b] as number, 12);
    // The verdict is that of the first grader among them.
    expect(grades.map(({ verdict }) => verdict)).toEqual(['correct', 'incorrect', 'no-answer']);
  });

  it('of a single reward gives it as it is, without parts', async () => {
    const grader = await openGrader(Reward.parse({ kind: 'verifier' }), 1, host(''));
    const grades = await grader.grade(completions, 1);
    expect(grades.every((grade) => !('parts' in grade))).toBe(true);
  });

  it('has names of its own', () => {
    const part = { name: 'one', weight: 1, reward: { kind: 'constant' } };
    expect(Reward.safeParse({ kind: 'sum', parts: [part, part] }).success).toBe(false);
    expect(Reward.safeParse({ kind: 'sum', parts: [] }).success).toBe(false);
  });
});

/** Every module is the file at this path. */
const host = (path: string) => ({ modulePath: () => path, python: 'python3' });

async function rewardsOf(
  settings: unknown,
  path = '',
  of: readonly Gradable[] = completions,
): Promise<number[]> {
  const grader = await openGrader(Reward.parse(settings), 1, host(path));
  try {
    return (await grader.grade(of, 4)).map(({ reward }) => reward);
  } finally {
    await grader.close();
  }
}

function moduleReward(deadlineMs = 5000) {
  return { kind: 'module', file: 'reward.mjs', sha256: '0'.repeat(64), deadlineMs };
}

/** Writes a module under a name of its own. */
async function module(source: string, ending = 'mjs'): Promise<string> {
  const path = join(folder, `reward-${Math.random()}.${ending}`);
  await writeFile(path, source);
  return path;
}
