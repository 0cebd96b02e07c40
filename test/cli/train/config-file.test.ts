import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askRun } from '#cli/train/ask-run.ts';
import { printConfig } from '#cli/train/print-config.ts';
import { readConfigFile } from '#cli/train/read-config-file.ts';
import { resolveRun } from '#cli/train/resolve-run.ts';
import type { RunOverrides } from '#cli/train/run-overrides.ts';
import { withConfigFile } from '#cli/train/with-config-file.ts';
import { openWorkspace, type Workspace } from '#shared/adapters/local/workspace.ts';
import { keys } from '#shared/storage/keys.ts';
import { recipeByName, recipes } from '#trainer/recipes/recipes.ts';

let folder: string;
let workspace: Workspace;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-config-'));
  workspace = openWorkspace(join(folder, 'home'));
});
afterAll(async () => {
  workspace.close();
  await rm(folder, { recursive: true });
});

async function written(text: string): Promise<string> {
  const path = join(folder, 'run.yaml');
  await writeFile(path, text);
  return path;
}
const read = async (text: string) => readConfigFile(await written(text));

/** What a command of these words would train, as a file. */
async function printed(text: string, options: RunOverrides = {}): Promise<string> {
  const file = await read(text);
  const recipe = file.recipe === undefined ? undefined : recipeByName(file.recipe);
  return printConfig(workspace.store, recipe, withConfigFile(file, options));
}

describe('a config file', () => {
  it('stands between the recipe and the command line, on which --set has the last word', async () => {
    const text =
      'recipe: micro-pi1\nsteps: 7\nprompts: 3\nsampling: { seed: 5, temperature: 0.9 }\noptim.clipNorm: 2\n';
    const config = await printed(text, { prompts: 4, seed: 6, set: ['sampling.seed=8', 'loss.clipLow=0.1'] });
    expect(config).toMatch(/^recipe: micro-pi1\nsteps: 7\nprompts: 4\nsamples: 8\n/);
    expect(config).toMatch(/temperature: 0.9\n.*\n.*\n.*\n.*\n {2}seed: 8\n/);
    expect(config).toMatch(/clipLow: 0.1\n/);
    expect(config).toMatch(/clipNorm: 2\n/);
  });

  it('may be JSON, and dotted where that is shorter', async () => {
    const nested = await printed('{"recipe": "micro-pi1", "data": {"labelOverride": "12.7"}, "steps": 3}');
    const dotted = await printed('recipe: micro-pi1\nsteps: 3\ndata.labelOverride: "12.7"\n');
    expect(nested).toBe(dotted);
    expect(nested).toMatch(/labelOverride: "12.7"/);
  });

  it('gives way to an option as a whole where that says a reward', async () => {
    const text = 'recipe: micro-pi1\nreward: { kind: random, probability: 0.25 }\n';
    expect(await printed(text)).toMatch(/reward:\n {2}kind: random\n {2}probability: 0.25\n/);
    expect(await printed(text, { reward: ['format'] })).toMatch(
      /reward:\n {2}kind: verifier\n {2}mode: format\n/,
    );
  });

  it('names files from its own folder', async () => {
    await writeFile(join(folder, 'reward.js'), 'export const reward = () => 1;');
    const file = await read('model: ./base\ndata: my.jsonl\nreward: reward.js\n');
    expect(file).toMatchObject({
      model: join(folder, 'base'),
      data: join(folder, 'my.jsonl'),
      reward: [join(folder, 'reward.js')],
    });
    const config = await printed(
      'data: my.jsonl\nmodel: base\nreward: { path: reward.js, deadlineMs: 50 }\n',
    );
    expect(config).toMatch(/^recipe: own\n/);
    expect(config).toContain(
      `reward:\n  kind: module\n  path: ${join(folder, 'reward.js')}\n  deadlineMs: 50\n`,
    );
    expect(config).toContain(`data:\n  file: ${join(folder, 'my.jsonl')}\n`);
    const sum = await printed('data: my.jsonl\nreward: [format=0.5, reward.js=2]\n');
    expect(sum).toContain(`reward:\n  - format=0.5\n  - ${join(folder, 'reward.js')}=2\n`);
    expect(await printed(sum)).toBe(sum);
    expect(await workspace.store.list(keys.prefix.blobs)).toEqual([]); // nothing is stored by printing
  });

  it.each([
    [
      'optim:\n  learningRat: 1\n',
      'setting-unknown',
      /run\.yaml:2: there is no setting optim\.learningRat\. Did you mean optim\.learningRate\?/,
    ],
    ['# a line\nrecip: own\n', 'setting-unknown', /run\.yaml:2: .* Did you mean recipe\?/],
    [
      'evaluation:\n  benchmark: [aime24]\n',
      'setting-unknown',
      /:2: .*evaluation\.benchmark\. Did you mean evaluation\.benchmarks\?/,
    ],
    ['steps: many\n', 'setting-invalid', /run\.yaml:1: steps cannot be "many"/],
    ['steps:\n', 'setting-invalid', /run\.yaml:1: steps cannot be null/],
    ['loss: 3\n', 'setting-invalid', /run\.yaml:1: loss has settings below it/],
    ['steps: 3\nsteps: 4\n', 'config-file-invalid', /unique.* line 2/],
    ['steps: [3\n', 'config-file-invalid', /line 2/],
    ['- steps\n', 'config-file-invalid', /no names with values/],
  ])('says where %j is wrong', async (text, code, message) => {
    await expect(read(text)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('that is not there is told', async () => {
    await expect(readConfigFile(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'input-unreadable',
    });
  });
});

/** Words of a command line that some recipe takes. */
const overrides = fc.record(
  {
    steps: fc.integer({ min: 1, max: 300 }),
    seed: fc.nat(1000),
    maxTokens: fc.integer({ min: 1, max: 4096 }),
    reward: fc.uniqueArray(fc.constantFrom('format', 'paper-train=0.5', 'constant=-2e-3', 'random'), {
      minLength: 1,
    }),
    name: fc.constantFrom('a', 'b-2'),
    set: fc.uniqueArray(
      fc.constantFrom(
        'optim.learningRate=2e-6',
        'sampling.stop=["</s>","12"]',
        'prompt.suffix= "quoted": # and more',
        'data.labelOverride=9292725',
        'loss.aggregation.kind=sequence-mean',
        'optim.betas=[0.5,0.25]',
      ),
    ),
  },
  { requiredKeys: [] },
);

describe('what --print-config prints', () => {
  it('is, read again, the same to the letter', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...recipes), overrides, async (recipe, options) => {
        const once = await printConfig(workspace.store, recipe, options);
        expect(await printed(once)).toBe(once);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same run', async () => {
    const options = {
      steps: 2,
      set: ['prompt.suffix= : #', 'data.labelOverride=7'],
      evaluation: { benchmarks: ['micro-aime25'], limit: 2 },
    };
    const recipe = recipeByName('micro-pi1');
    const file = await read(await printConfig(workspace.store, recipe, options));
    const asked = await askRun(workspace.store, recipe, options);
    const again = await askRun(
      workspace.store,
      recipeByName(file.recipe as string),
      withConfigFile(file, {}),
    );
    const { run } = await resolveRun(workspace, asked, {});
    expect((await resolveRun(workspace, again, {})).run).toBe(run);
  });
});
