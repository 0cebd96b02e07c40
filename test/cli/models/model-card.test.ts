import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { modelCard } from '#cli/models/model-card.ts';
import { microPi1 } from '#trainer/recipes/micro-pi1.ts';
import { assignSettings } from '#trainer/settings/assign-settings.ts';
import { RunConfig, RunSettings } from '#trainer/settings/config.ts';

const common = { model: 'a'.repeat(26), examples: 'e'.repeat(64), evaluation: null };
const like = RunSettings.parse({ ...microPi1.settings, recipe: microPi1.name });
const origin = {
  schemaVersion: 1 as const,
  model: 'tiny/qwen',
  commit: 'c'.repeat(40),
  licence: 'apache-2.0',
};

function cardOf(config: RunConfig, from: typeof origin | undefined = origin): string {
  const digests = { stored: 'b'.repeat(26), exported: 'c'.repeat(26) };
  const rest = { ...digests, origin: from, base: undefined, scores: undefined };
  return modelCard({ run: 'short', step: 40, config, codeVersion: '1.2.3', dtype: 'bf16', ...rest });
}

/** The words of the command that a card tells. */
function commandIn(card: string): readonly string[] {
  const [, line = ''] = /```sh\n(.*)\n```/.exec(card) ?? [];
  return [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? String(plain),
  );
}

describe('the card of a model', () => {
  it('says in its header what the hub reads', () => {
    const [, header = ''] = /^---\n(.*?)\n---\n/s.exec(cardOf(RunConfig.parse({ ...like, ...common }))) ?? [];
    expect(parse(header)).toEqual({
      library_name: 'transformers',
      pipeline_tag: 'text-generation',
      tags: ['reinforcement-learning', 'rlvr', 'oneshot-rlvr'],
      base_model: 'tiny/qwen',
      license: 'apache-2.0',
    });
  });

  it('tells a command that settles the same settings', () => {
    const changes = [
      'prompts=4',
      'optim.betas=[0.9,0.99]',
      "prompt.suffix= it's | `so`",
      'sampling.stop=["</s>"]',
    ];
    const settings = assignSettings(like, changes);
    const card = cardOf(RunConfig.parse({ ...settings, ...common }));
    const words = commandIn(card);
    expect(words.slice(0, 8)).toEqual([
      'oneshot',
      'train',
      'micro-pi1',
      '--name',
      'short',
      '--model',
      `tiny/qwen@${origin.commit}`,
      '--steps',
    ]);
    const set = words.flatMap((word, i) => (words[i - 1] === '--set' ? [word] : []));
    expect(set.sort()).toEqual(changes.toSorted());
    expect(assignSettings(like, set)).toEqual(settings);
    expect(card).toContain('| `optim.betas` | `[0.9,0.99]` |');
    expect(card).toContain("| `prompt.suffix` | ``  it's \\| `so` `` |");
  });

  it('names what a fork begins with, and an own reward', () => {
    const fork = { checkpoint: 'runs/first/checkpoints/000020-0001.json', model: 'd'.repeat(26) };
    const reward = { kind: 'module', file: 'mine.ts', sha256: 'f'.repeat(64) };
    const words = commandIn(cardOf(RunConfig.parse({ ...like, ...common, fork, reward }), undefined));
    expect(words.join(' ')).toContain('--fork first@20');
    expect(words.join(' ')).toContain('--reward ./mine.ts');
    expect(words).not.toContain('--model');
  });
});
