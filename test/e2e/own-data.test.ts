import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { FolderStore } from '#shared/adapters/local/folder-store.ts';
import { sha256Hex } from '#shared/encoding/digest.ts';
import { readCheckpointLine } from '#shared/storage/checkpoint-line.ts';
import { read } from '#shared/storage/read.ts';
import { runRecord } from '#trainer/settings/config.ts';
import { oneshot } from './oneshot.ts';

const EXAMPLES = [
  { problem: 'solve 7 x + 2 = 51', answer: '7' },
  { problem: 'solve 3 x + 2 = 8', answer: 2, id: 'second', weight: 3 },
  { problem: `solve ${'3 + '.repeat(40)} 1 = x`, answer: '121', id: 'too-long' },
];
const SCALE = 'export const scale = (length: number): number => length / 1000;\n';
const REWARD = `
import { scale } from './lib/scale.ts';
interface Input {
  readonly completion: string;
  readonly answer: string;
  readonly example: { readonly fields?: { readonly weight?: number } };
}
console.log('what a module prints disturbs nothing');
export function reward({ completion, answer, example }: Input): number {
  const right = completion.includes(\`\\\\boxed{ \${answer} }\`) ? 1 : 0;
  return right * (example.fields?.weight ?? 1) - scale(completion.length);
}
`;

let folder: string;
let home: string;
let store: FolderStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oneshot-own-'));
  home = join(folder, 'home');
  await writeFile(
    join(folder, 'my.jsonl'),
    EXAMPLES.map((example) => `${JSON.stringify(example)}\n`).join(''),
  );
  await writeFile(join(folder, 'reward.ts'), REWARD);
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib/scale.ts'), SCALE);
  store = new FolderStore(join(home, 'store'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("training on a user's own data and reward", () => {
  it('takes both, and any setting, from the command line', async () => {
    const { code, lines, stderr } = await train('own', '--steps', '2');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'training-set', rows: 3, dropped: { overlong: 1, invalidLabel: 0 } }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ event: 'no-evaluation' }));
    const weights = String(lines.find(({ event }) => event === 'run-finished')?.['weights']);
    expect(await readdir(weights)).toContain('model.safetensors');
    const steps = lines.filter(({ event }) => event === 'step');
    expect(steps).toHaveLength(2);
    const metrics = steps[0]?.['metrics'] as Record<string, number>;
    expect(metrics['completion/accuracy']).toBeTypeOf('number');
    expect(metrics['reward/mean']).not.toBe(metrics['completion/accuracy']);
    expect(metrics).toMatchObject({ 'data/dropped_overlong': 1, 'policy/learning_rate': 5e-5 });
    const { config } = await read(store, runRecord('own'));
    expect(config).toMatchObject({ recipe: 'own', prompt: { suffix: '' }, evaluation: null });
    expect(config.reward).toMatchObject({
      kind: 'module',
      file: 'reward.ts',
      sha256: sha256Hex(REWARD),
      imports: { files: [{ path: 'lib/scale.ts', sha256: sha256Hex(SCALE) }] },
    });
  });

  it('goes on with the stored module, wherever the file has gone, and refuses another one', async () => {
    const killed = await train('killed', { at: 1 }, '--steps', '3');
    expect(killed.code).toBe(1);
    await writeFile(join(folder, 'lib/scale.ts'), SCALE.replace('/ 1000', '/ 999'));
    const other = await train('killed', '--steps', '3');
    expect(other.error?.code).toBe('run-differs');
    await rm(join(folder, 'reward.ts'));
    await rm(join(folder, 'lib/scale.ts'));
    const forked = await oneshot([
      'train',
      '--fork',
      'own',
      '--steps',
      '3',
      '--name',
      'forked',
      '--home',
      home,
      '--json',
    ]);
    expect(forked.stderr).toBe('');
    expect(forked.lines).toContainEqual(expect.objectContaining({ event: 'forked', from: 'own', step: 2 }));
    await writeFile(join(folder, 'reward.ts'), REWARD);
    await writeFile(join(folder, 'lib/scale.ts'), SCALE);
    expect((await train('killed', '--steps', '3')).code).toBe(0);
    // A fork counts on where its origin stood, so that all three are the same training.
    expect(await modelsOf('killed')).toEqual([...(await modelsOf('own')), (await modelsOf('forked')).at(-1)]);
  });

  it('says which reward went wrong, on which completion', async () => {
    await writeFile(join(folder, 'broken.js'), 'export const reward = ({ completion }) => completion.size;');
    const { code, error, lines } = await train(
      'broken',
      '--steps',
      '1',
      '--reward',
      join(folder, 'broken.js'),
    );
    expect(code).toBe(1);
    expect(error?.code).toBe('reward-not-a-number');
    expect(
      lines.filter((line) => JSON.stringify(line).includes(JSON.stringify(error?.message))),
    ).toHaveLength(1);
    expect(error?.message).toMatch(/sample \d of row \d .* in step 1/);
  });

  it('says what is wrong with data and settings before anything starts', async () => {
    await writeFile(join(folder, 'bad.jsonl'), `${JSON.stringify(EXAMPLES[0])}\n{"problem": "1 + 1"}\n`);
    const bad = await train('bad', '--data', join(folder, 'bad.jsonl'));
    expect(bad.error).toMatchObject({
      code: 'data-invalid',
      message: expect.stringMatching(/bad.jsonl, line 2.*answer/s),
    });
    expect((await train('bad', '--set', 'optim.lr=1')).error?.code).toBe('setting-unknown');
    expect((await train('bad', '--reward', 'no-such')).error?.code).toBe('reward-unknown');
    await writeFile(join(folder, 'lost.ts'), "export { reward } from './no-such.ts';");
    const lost = await train('bad', '--reward', join(folder, 'lost.ts'));
    expect(lost.error).toMatchObject({
      code: 'reward-import-missing',
      message: expect.stringContaining('no-such.ts'),
    });
    expect((await oneshot(['train', 'own', '--home', home])).stderr).toContain('[model-needed]');
    expect((await oneshot(['train', '--home', home])).stderr).toContain('[recipe-needed]');
    expect((await oneshot(['train', '--fork', 'nobody', '--home', home])).stderr).toContain('[fork-unknown]');
    expect((await oneshot(['train', '--fork', 'own@7', '--home', home])).stderr).toContain(
      'after the base: 1, 2',
    );
  });
});

/** @param kill - kills the driver at the first line of that step */
async function train(name: string, ...args: readonly (string | { readonly at: number })[]) {
  const base = join(packageRoot, 'trainer/microcosm/bases/habit-62-46');
  const kill = args.find((arg) => typeof arg === 'object');
  const settings = ['prompt.suffix=', 'optim.learningRate=5e-5', 'sampling.maxPromptTokens=64'];
  const common = [
    ...['train', '--model', base, '--name', name, '--home', home, '--json'],
    ...['--data', join(folder, 'my.jsonl'), '--reward', join(folder, 'reward.ts')],
    ...['--prompts', '3', '--samples', '4', '--max-tokens', '32', '--checkpoint-every', '1'],
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  let driver = 0;
  return oneshot([...common, ...args.filter((arg) => typeof arg === 'string')], (line) => {
    if (line['event'] === 'process' && line['name'] === 'driver') driver = Number(line['pid']);
    if (line['event'] === 'step' && line['step'] === kill?.at) process.kill(driver, 'SIGKILL');
  });
}

async function modelsOf(run: string): Promise<string[]> {
  return (await readCheckpointLine(store, run)).map(({ checkpoint }) => checkpoint.model);
}
