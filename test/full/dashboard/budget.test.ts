import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { SIX_SETS } from '#bench/served/fill-evaluation.ts';
import { fillRun } from '#bench/served/fill-run.ts';
import { assets } from '#functions/dashboard/assets/assets.ts';
import { PagesWorld } from '../../functions/dashboard/pages-world.ts';

const RUN = 'long';
const CHECKPOINTS = 100;

describe('the page of a run of 1,980 steps with 100 checkpoints of 2,247 completions each', () => {
  let world: PagesWorld;
  beforeAll(async () => {
    world = await PagesWorld.create();
    const evaluation = { ...SIX_SETS, shardItems: 2247, letters: 12 };
    const shape = { checkpoints: CHECKPOINTS, stepsBetween: 20, journalled: 0, evaluation };
    await fillRun(world.api.world.store, RUN, shape);
  });

  it('is at most 60 kB as it is sent, its style and script of 15 kB included', async () => {
    const { status, text } = await world.get(`/runs/${RUN}`);
    expect(status).toBe(200);
    const sizes = [text, assets.style.text, assets.script.text].map((each) => gzipSync(each).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000);
    expect(assets.script.text.length).toBeLessThanOrEqual(15_000);
  });
});
