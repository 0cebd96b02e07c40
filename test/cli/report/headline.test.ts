import { describe, expect, it } from 'vitest';
import { headline } from '#cli/report/headline.ts';
import type { ReportCheckpoint, ReportData } from '#cli/report/report-data.ts';
import type { Score, Summary } from '#shared/records/summary.ts';
import { madeUpReport, summary } from './made-up-report.ts';

function withFinal(final: ReportCheckpoint): ReportData {
  const data = madeUpReport();
  return { ...data, runs: [{ ...data.runs[0], checkpoints: [final] }] };
}

function withAverage(average: Score): Summary {
  const whole = summary(1);
  return { ...whole, graders: { reward: { average, benchmarks: [] } } };
}

describe('headline', () => {
  it('says how far the average rises, when the intervals are apart', () => {
    expect(headline(madeUpReport()).sentence).toBe(
      'With 60 training steps on one example, average accuracy rises from 17.0 % to 65.1 %.',
    );
  });

  it('says that the average falls, when it does', () => {
    const data = { ...withFinal({ step: 60, summary: summary(0) }), baseSummary: summary(1) };
    expect(headline(data).sentence).toContain('falls from 65.0 % to 17.0 %');
  });

  it('claims no change while the intervals overlap', () => {
    expect(headline(withFinal({ step: 60, summary: summary(0.04) })).sentence).toBe(
      'After 60 training steps on one example, average accuracy shows no clear change: 17.0 % to 18.9 %.',
    );
  });

  it('gives bounds instead of a score where shards failed', () => {
    const average = { mean: null, interval: null, bounds: [0.41, 0.66] } satisfies Score;
    expect(headline(withFinal({ step: 60, summary: withAverage(average) })).sentence).toContain(
      'it may be anything in 41.0–66.0 %',
    );
  });

  it('counts the gain, the saturation step, the rise after it and the gain of each control', () => {
    expect(headline(madeUpReport()).facts.map(({ value }) => value)).toEqual([
      '+48.1',
      'step 12',
      '+7.3',
      '+1.9',
    ]);
  });
});
