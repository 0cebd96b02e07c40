import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { alertMarks } from '#functions/dashboard/run/alert-marks.ts';
import { alertOf } from '#shared/alerts/alert-rules.ts';
import { put } from '#shared/storage/put.ts';
import { record } from '#shared/storage/records.ts';
import { PagesWorld, RUN } from '../pages-world.ts';

const seen = (step: number) => ({ step, value: 1, found: 'It was seen.' });

describe('marks in curves', () => {
  const alerts = [
    alertOf('reward-saturated', seen(10)),
    alertOf('entropy-collapsed', seen(90)),
    alertOf('evaluation-stalled', seen(50)),
  ];
  const marks = (high: number) => alertMarks({ alerts }, (step) => step, { high });

  it('stand where training met a rule, with words where there is room', () => {
    expect(marks(100)).toEqual([
      { x: 10, warns: false, label: 'step 10: training saturates' },
      { x: 90, warns: true, label: '▲ step 90: entropy gone' },
    ]);
  });

  it('say no more than that they warn where words would lie on each other', () => {
    expect(marks(1000).map(({ label }) => label)).toEqual(['', '▲']);
    expect(alertMarks({ alerts }, (step) => step, undefined).map(({ label }) => label)).toEqual(['', '']);
  });
});

describe('a run whose scores stall', () => {
  it('says so on its page and in its data, and the list of runs counts what its steps warn of', async () => {
    const world = await PagesWorld.create();
    await world.putRun('a', { unscored: true });
    const { world: stages } = world.api;
    stages.now = 7 * 3_600_000;
    const document = await world.document(`/runs/${RUN}`);
    const alert = document.querySelector('#alert-evaluation-stalled');
    expect(alert?.textContent).toMatch(
      /^▲ scores stall, step 6: The scores of step 6 were asked for 7\.0 hours ago/,
    );
    expect(alert?.querySelector('a')?.getAttribute('href')).toBe(`/runs/${RUN}/steps/6`);
    const { alerts } = JSON.parse((await world.get(`/runs/${RUN}.json`)).text);
    expect(alerts).toMatchObject([{ rule: 'evaluation-stalled', severity: 'warning', step: 6, value: 7 }]);
    expect(parseHTML((await world.get('/')).text).document.querySelector('.runs .may')).toBeNull();
  });

  it('is counted in the list of runs by what its steps warn of', async () => {
    const world = await PagesWorld.create();
    await world.putRun('a');
    const { store } = world.api.world;
    // A run whose completions were all cut, of one step.
    const steps = [{ step: 1, metrics: { 'completion/truncated_share': 1, 'reward/mean': 0 } }];
    const config = { recipe: 'cut', steps: 1 };
    await put(store, record.run('cut'), { config, codeVersion: 'x' });
    await put(store, record.runEntry(2000, 'cut'), { run: 'cut', createdAt: 2000, recipe: 'cut' });
    const host = { torch: 't', transformers: 't', instructionSet: 'i' };
    await put(store, record.incarnation('cut', 1), { nonce: 'n', resumesFrom: null, host });
    const ref = { run: 'cut', step: 1, incarnation: 1 };
    const model = 'm'.repeat(26);
    await put(store, record.checkpoint(ref), {
      step: 1,
      model,
      state: {},
      parent: null,
      steps,
      evaluation: null,
    });
    world.api.passTime();
    const document = await world.document('/');
    const link = document.querySelector('#r-cut .may');
    expect([link?.textContent, link?.getAttribute('href')]).toEqual(['▲ cut off', '/runs/cut#alerts']);
    const [, row = ''] = (await world.get('/runs.csv')).text.split('\r\n');
    expect(row).toMatch(/^cut,.*,1,completions-cut$/);
    const { alerts } = (await world.api.get('/v1/runs/cut')).body;
    expect(alerts).toMatchObject([{ rule: 'completions-cut', step: 1 }]);
  });
});
