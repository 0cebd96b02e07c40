import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { TrainingExample } from '#trainer/data/training-example.ts';
import { openGrader } from '#trainer/rewards/grader.ts';
import { Reward } from '#trainer/settings/config.ts';
import { runExample } from './run-example.ts';

it('one-step.ts takes a step that makes better completions likelier and worse ones less likely', async () => {
  const { code, stdout, stderr } = await runExample('one-step.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const reward = Number(/^reward +(\S+)/m.exec(stdout)?.[1]);
  expect(reward).toBeGreaterThan(0);
  expect(reward).toBeLessThan(1);
  const [, better, worse] = /\nΔ.* (\S+) where A > 0, (\S+) where A < 0/.exec(stdout) ?? [];
  expect(Number(better)).toBeGreaterThan(0);
  expect(Number(worse)).toBeLessThan(0);
});

it('verify.ts says what its comments promise', async () => {
  const { code, stdout, stderr } = await runExample('verify.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    '0.5 for ½: correct, read as 0.5, decided by equal-value',
    'two ways to write a set: correct',
    'without a box, reward: no-answer',
    'without a box, benchmark: correct',
    'without a box, paper-eval: correct',
    '\\frac{1}{2 as a gold: unbalanced-braces',
    '3/4 for 0.75: correct, a gold of type number',
    '',
  ]);
});

it.each(['reward.ts', 'reward.py'])('%s is a reward that a run can load', async (file) => {
  const reward = Reward.parse({ kind: 'module', file, sha256: '0'.repeat(64) });
  const modulePath = () => resolve('examples', file);
  const grader = await openGrader(reward, 0, { modulePath, python: 'python3' });
  const example = TrainingExample.parse({ id: 'e', prompt: 'what ?', answer: '7' });
  const texts = ['\\boxed{ 7 }', `${'so '.repeat(30)}\\boxed{7}`, '\\boxed{8}'];
  const completions = texts.map((text, sample) => ({ row: 0, sample, example, promptText: 'what ?', text }));
  const grades = await grader.grade(completions, 1);
  await grader.close();
  expect(grades.map(({ reward }) => reward)).toEqual([1, 0.89, 0]);
});
