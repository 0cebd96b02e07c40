import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startEngine } from '#trainer/engine-client/engine-process.ts';
import { ENGINE, tinyCreate } from '../trainer/tiny-engine.ts';

const sequence = {
  tokens: Int32Array.of(1, 2, 3, 4, 5),
  lengths: Int32Array.of(5),
  promptLengths: Int32Array.of(2),
};

it('an engine of two ranks answers as one does, and ends when it is told to', async () => {
  const scores: Float32Array[] = [];
  for (const ranks of [1, 2]) {
    const engine = await startEngine({ ...ENGINE, ranks });
    await engine.client.call('create', tinyCreate());
    const { tensors } = await engine.client.call('forward', { slot: 'policy', temperature: 0.6 }, sequence);
    scores.push(tensors.logprobs);
    await engine.stop();
    expect(() => process.kill(engine.pid, 0)).toThrow('ESRCH');
  }
  const [one, two] = scores as [Float32Array, Float32Array];
  one.forEach((logprob, t) => {
    expect(two[t]).toBeCloseTo(logprob, 5);
  });
});

it('an engine of two ranks runs nothing that lies in the current folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oneshot-hostile-'));
  for (const name of ['random', 'signal', 'torch', 'tokenizers'])
    await writeFile(join(folder, `${name}.py`), `raise SystemExit('${name} of a stranger')\n`);
  const root = process.cwd();
  process.chdir(folder);
  vi.stubEnv('PYTHONHOME', '/nowhere');
  vi.stubEnv('PYTHONPATH', folder);
  try {
    const engine = await startEngine({ ...ENGINE, ranks: 2 });
    await engine.client.call('create', tinyCreate());
    await engine.stop();
  } finally {
    vi.unstubAllEnvs();
    process.chdir(root);
    await rm(folder, { recursive: true });
  }
});
