import { describe, expect, it } from 'vitest';
import { atStart, atStep } from '../e2e/killed-run.ts';
import { ShortRuns } from '../e2e/short-runs.ts';

const runs = new ShortRuns();

describe('a run whose process is killed with SIGKILL', () => {
  it('goes on from its last checkpoint when the driver was killed and the command is given again', async () => {
    const points = [atStart('engine'), atStep(1), atStep(3)];
    await runs.outlivesKills(points.map((point) => ({ process: 'driver', point })));
  });

  it('goes on by itself, in one command, when the engine was killed', async () => {
    const home = await runs.newHome();
    const { code, lines } = await runs.train(
      home,
      ...[1, 2, 3].map((step) => ({ process: 'engine' as const, point: atStep(step) })),
    );
    expect(code).toBe(0);
    expect(lines.filter(({ event }) => event === 'engine-lost')).toHaveLength(3);
    await runs.endedAsUntouched(home);
  });
});
