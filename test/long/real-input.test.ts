import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '#cli/package/package-root.ts';
import { thirdPartyData } from '#scripts/third-party-data.ts';
import { atStep, evaluatedTrajectory, type Kill, runKilled } from '../e2e/killed-run.ts';

/** Kept between runs; ignored by git. Its making needs a Python package index. */
const MODEL = join(packageRoot, 'bench/.venv/models/smollm2-135m-instruct');

const ARGS = [
  ...['train', 'pi1', '--model', MODEL, '--wait', '--json'],
  ...['--steps', '3', '--prompts', '2', '--samples', '8', '--max-tokens', '64'],
  ...['--checkpoint-every', '2', '--set', 'optim.zeroLrFirstStep=false'],
  ...['--eval-benchmarks', 'math500,aime24', '--eval-limit', '2', '--eval-max-tokens', '64'],
];

process.env['ONESHOT_DATA'] = thirdPartyData; // where the commands look

const missing = existsSync(join(thirdPartyData, 'train/pi1.jsonl'))
  ? ''
  : ' (skipped: no train/pi1.jsonl in ONESHOT_DATA)';

describe.skipIf(missing !== '')(`a model of 135 million parameters learns from π1${missing}`, () => {
  beforeAll(() => {
    if (existsSync(join(MODEL, 'model.safetensors'))) return;
    execFileSync(process.execPath, [join(packageRoot, 'bench/models/fetch-smollm2.ts'), MODEL], {
      cwd: packageRoot,
    });
  }, 600_000);

  it('while its checkpoints are evaluated, and the same after driver and engine were killed', async () => {
    const untouched = await trained(async (train) => {
      const { code, lines } = await train();
      expect(code).toBe(0);
      const events = lines.map(({ event, step }) => `${event} ${step}`);
      expect(events.indexOf('scores 0')).toBeGreaterThan(-1);
      expect(events.indexOf('scores 0')).toBeLessThan(events.indexOf('step 3'));
    });
    expect(untouched.checkpoints).toHaveLength(3); // of steps 0, 2 and 3
    const killed = await trained(async (train) => {
      // The only checkpoint then is that of step 0: step 1 is replayed from its journal.
      expect((await train({ process: 'driver', point: atStep(1) })).code).toBe(1);
      const { code, lines } = await train({ process: 'engine', point: atStep(1) });
      expect(code).toBe(0);
      expect(lines.filter(({ event }) => event === 'engine-lost')).toHaveLength(1);
    });
    expect(killed).toEqual(untouched);
  }, 3_600_000);
});

/** The trajectory of a run in a home of its own. */
async function trained(use: (train: (...kills: Kill[]) => ReturnType<typeof runKilled>) => Promise<void>) {
  const home = await mkdtemp(join(tmpdir(), 'oneshot-real-'));
  try {
    await use((...kills) => runKilled([...ARGS, '--home', home], kills));
    return await evaluatedTrajectory(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
