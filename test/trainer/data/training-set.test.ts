import { describe, expect, it } from 'vitest';
import { TrainingExample } from '#trainer/data/training-example.ts';
import { parseExamples, trainingSet } from '#trainer/data/training-set.ts';
import { RunSettings } from '#trainer/settings/config.ts';

const codec = {
  renderChat: (user: string) => `<${user}>`,
  encode: (text: string) => [...text].map((character) => character.charCodeAt(0)),
};
const example = TrainingExample.parse({ id: 'a', prompt: '1 + 1', bare: true, answer: '2', repeats: 2 });
const settings = RunSettings.parse({
  recipe: 'own',
  steps: 1,
  prompts: 2,
  prompt: { suffix: ' ?' },
  sampling: { maxPromptTokens: 12 },
});

describe('trainingSet', () => {
  it('repeats every example as often as it says', () => {
    const { rows } = trainingSet([example, { ...example, id: 'b', repeats: 3 }], codec, settings);
    expect(rows.map((row) => row.example.id)).toEqual(['a', 'a', 'b', 'b', 'b']);
  });

  it('fills a step with few examples, those that are left out aside', () => {
    const examples = ['a', 'b', 'too long for a prompt'].map((id) => ({
      ...example,
      id,
      prompt: id,
      repeats: 1,
    }));
    const { rows } = trainingSet(examples, codec, { ...settings, prompts: 6 });
    expect(rows.map((row) => row.example.id)).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });

  it('adds the suffix to problems and to nothing else, inside the template', () => {
    const { rows } = trainingSet([example, { ...example, bare: false }], codec, settings);
    expect([...new Set(rows.map(({ text }) => text))]).toEqual(['<1 + 1 ?>', '<1 + 1>']);
    expect([...(rows[0]?.prompt ?? [])]).toEqual(codec.encode('<1 + 1 ?>'));
    const named = { ...settings, prompt: { template: 'deepseek-distill' as const, suffix: '' } };
    const long = { ...named, sampling: { ...settings.sampling, maxPromptTokens: 99 } };
    expect(trainingSet([example], codec, long).rows[0]?.text).toMatch(
      /^<｜begin.*User｜>1 \+ 1<.*<think>\n$/,
    );
  });

  it('refuses labels that are solutions or sentences by name, and tells how to admit long prompts', () => {
    const solution = { ...example, id: 'told', answer: '3 + 4 = 7 #### 7' };
    expect(() => trainingSet([example, solution], codec, settings)).toThrow(/told \(a whole solution/);
    const long = { ...example, prompt: 'a question of more than ten' };
    expect(() => trainingSet([long], codec, settings)).toThrow(/sampling\.maxPromptTokens/);
  });

  it('leaves out prompts that are too long, counts them, and says so when too few rows remain', () => {
    const long = { ...example, id: 'long', prompt: 'a question of more than ten' };
    const { rows, dropped } = trainingSet([example, long], codec, settings);
    expect(rows).toHaveLength(2);
    expect(dropped).toEqual({ overlong: 1, invalidLabel: 0 });
    expect(() => trainingSet([long], codec, settings)).toThrow(
      /needs 2 rows.*has 0 \(1 examples have prompts/,
    );
  });

  it("leaves out a prompt that fills the model's context, and counts it", () => {
    const { length } = codec.encode('<1 + 1 ?>');
    for (const [context, overlong] of [
      [length, 1],
      [length + 1, 0],
    ]) {
      const short = { ...example, id: 'short', prompt: '1' };
      const { rows, dropped } = trainingSet(
        [example, short],
        { ...codec, context: context as number },
        settings,
      );
      expect([dropped.overlong, rows.length]).toEqual([overlong, overlong === 1 ? 2 : 4]);
    }
    const alone = () => trainingSet([example], { ...codec, context: length }, settings);
    expect(alone).toThrow(`prompts over ${length - 1} tokens`);
    expect(alone).toThrow(/another model: the context of this one is/);
    const strict = { ...settings, sampling: { ...settings.sampling, maxPromptTokens: 3 } };
    expect(() => trainingSet([example], codec, strict)).toThrow(/higher sampling.maxPromptTokens/);
  });

  it('refuses answers that no completion could match by name, or leaves them out and counts them', () => {
    const examples = [
      example,
      { ...example, id: 'open', answer: '\\frac{1' },
      { ...example, id: 'none', answer: '' },
    ];
    expect(() => trainingSet(examples, codec, settings)).toThrow(
      /open \(.*\), none \(empty\).*invalidLabels=skip/,
    );
    const skipping = { ...settings, data: { ...settings.data, invalidLabels: 'skip' as const } };
    const { rows, dropped } = trainingSet(examples, codec, skipping);
    expect(rows.map((row) => row.example.id)).toEqual(['a', 'a']);
    expect(dropped).toEqual({ overlong: 0, invalidLabel: 2 });
  });

  it('asks nothing of answers that the reward does not read', () => {
    const open = { ...example, answer: '' };
    for (const reward of [{ kind: 'verifier', mode: 'format' }, { kind: 'random' }]) {
      const set = trainingSet([open], codec, RunSettings.parse({ ...settings, reward }));
      expect(set.rows).toHaveLength(2);
    }
  });

  it('replaces every label by the override', () => {
    const overridden = { ...settings, data: { ...settings.data, labelOverride: '49' } };
    expect(trainingSet([example], codec, overridden).rows.map((row) => row.example.answer)).toEqual([
      '49',
      '49',
    ]);
  });
});

describe('parseExamples', () => {
  it('names the line that is broken', () => {
    const text = `${JSON.stringify(example)}\n\n{"id": "b"`;
    expect(() => parseExamples(text, 'the examples')).toThrow(/the examples, line 3/);
  });
});
