import { describe, expect, it } from 'vitest';
import { scoreRow } from '#cli/report/score-row.ts';
import { renderScoreTable } from '#cli/report/score-table.ts';
import type { Score } from '#shared/records/summary.ts';
import { summary } from './made-up-summary.ts';

const rows = [
  scoreRow('base', summary(0)),
  scoreRow('format', summary(0.04)),
  scoreRow('1-shot', summary(1)),
];
const lines = renderScoreTable(rows).split('\n');

describe('renderScoreTable', () => {
  it('aligns a row per model and a column per set and average, each over its interval', () => {
    expect(lines).toEqual([
      '           micro-      micro-      micro-      micro-      micro-      micro-',
      '          math500      aime24       amc23     minerva    olympiad      aime25         Avg',
      '─'.repeat(90),
      'base         31.0         7.0        19.0        12.0        21.0        12.0        17.0',
      '        24.7–37.3    0.0–16.1    6.8–31.2    5.6–18.4   14.3–27.7    0.4–23.6   13.9–20.1',
      'format       33.0         8.9        21.4        14.5        22.2        13.5        18.9',
      '        26.7–39.4    0.0–19.1    8.7–34.1    7.6–21.4   15.4–29.1    1.3–25.7   15.6–22.2',
      '1-shot       82.0*       55.0*       78.0*       74.0*       52.0*       49.0*       65.0*',
      '        76.8–87.2   37.2–72.8   65.2–90.8   65.4–82.6   43.7–60.3   31.1–66.9   61.0–69.0',
      '─'.repeat(90),
      'Accuracy in %, below it the 95 % interval.  * best of its column.',
    ]);
  });

  it('fits the names of real sets into 100 columns', () => {
    const names = ['math500', 'aime24', 'amc23', 'minerva_math', 'olympiadbench', 'aime25'];
    const real = rows.map((row) => ({
      ...row,
      scores: row.scores.map((score, index) => ({ ...score, benchmark: names[index] ?? '' })),
    }));
    const text = renderScoreTable(real);
    for (const name of names) expect(text).toContain(name);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('shows what remains possible where shards failed, and explains it', () => {
    const average = { mean: null, interval: null, bounds: [0.6, 0.7] } satisfies Score;
    const text = renderScoreTable([{ ...(rows[0] as (typeof rows)[number]), average }]); // three rows above
    expect(text).toMatch(/n\/a\s*\n.*60\.0–70\.0/);
    expect(text).toContain('completions are missing');
  });

  it('leaves a dash where a model was not scored on a set', () => {
    const [base, , oneShot] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]]; // three rows above
    const text = renderScoreTable([base, { ...oneShot, scores: oneShot.scores.slice(1) }]);
    expect(text).toMatch(/1-shot\s+–/);
  });
});

describe('scoreRow', () => {
  it('refuses a summary without the reward grader and says what to do', () => {
    expect(() => scoreRow('base', { ...summary(0), graders: {} })).toThrow(
      /no scores of the grader "reward".*again/,
    );
  });
});
