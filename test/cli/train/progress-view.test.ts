import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationText, Pace } from '#cli/terminal/pace.ts';
import { ProgressView } from '#cli/train/progress-view.ts';
import { summary as summaryAt } from '../report/made-up-summary.ts';

const metrics = { 'reward/mean': 0.5, 'policy/entropy': 0.25, 'completion/length_mean': 17 };
const summary = summaryAt(0);

/** A view on a stream that keeps what is written, and a clock that the test sets. */
function watch({ isTTY, json = false }: { readonly isTTY: boolean; readonly json?: boolean }) {
  const clock = { ms: 0 };
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 });
  // A terminal's stream is one of those, as far as the view looks at it.
  const view = new ProgressView(stream as unknown as WriteStream, 'run', json, () => clock.ms);
  return { view, clock, written: () => String(stream.read() ?? '') };
}

describe('ProgressView', () => {
  it('is one live line on a terminal: bar, step, time left, reward, entropy, length', () => {
    const { view, clock, written } = watch({ isTTY: true });
    view.onStart(0, 8);
    clock.ms = 5000;
    view.onStep(1, metrics);
    clock.ms = 10_000;
    view.onStep(2, metrics);
    expect(written().split('\r\x1b[2K').at(-1)).toBe(
      'run ████░░░░░░░░░░░░ 2/8 · 30 s left · reward 0.50 · entropy 0.25 · length 17',
    );
  });

  it('says with each step what it gave to scoring, and the sum at the end', () => {
    const { view, clock, written } = watch({ isTTY: false });
    view.onStart(0, 3);
    for (const [i, lent] of [
      { waitSeconds: 0, cpuSeconds: 1.25 },
      { waitSeconds: 2, cpuSeconds: 0.25 },
      undefined,
    ].entries()) {
      clock.ms += 10_000;
      view.onStep(i + 1, metrics, lent);
    }
    view.end();
    const lines = written().trimEnd().split('\n');
    expect(lines[0]).toMatch(/length 17 · 1\.3 CPU s of scoring beside it$/);
    expect(lines[1]).toMatch(/length 17 · waited 2\.0 s for scoring · 0\.3 CPU s of scoring beside it$/);
    expect(lines[2]).toMatch(/length 17$/);
    expect(lines[3]).toBe(
      'run: 2 steps had scoring beside them: they waited 2.0 s for it, and lent it 1.5 CPU seconds',
    );
  });

  it('gives the scores of all six sets a line, and keeps the average in the live one', () => {
    const { view, written } = watch({ isTTY: true });
    view.onStart(0, 8);
    view.onStep(1, metrics);
    written();
    view.onScores(0, summary);
    const [, line, live] = written().split('\r\x1b[2K');
    const average = summary.graders['reward']?.average.mean as number;
    expect(line).toMatch(
      new RegExp(`^run: step 0 scored: Avg ${(average * 100).toFixed(1)} % · micro-math500 `),
    );
    for (const { benchmark } of summary.graders['reward']?.benchmarks ?? [])
      expect(line).toContain(benchmark);
    expect(live).toContain(`Avg ${(average * 100).toFixed(1)} % at step 0`);
  });

  it('is a plain line at most every ten seconds elsewhere, and one for the last step', () => {
    const { view, clock, written } = watch({ isTTY: false });
    view.onStart(0, 40);
    for (let step = 1; step <= 40; step++) {
      clock.ms = step * 1000;
      view.onStep(step, metrics);
    }
    const lines = written().trimEnd().split('\n');
    expect(lines.map((line) => /step (\d+)\/40/.exec(line)?.[1])).toEqual(['1', '11', '21', '31', '40']);
    expect(lines[1]).toBe('run: step 11/40 · 29 s left · reward 0.50 · entropy 0.25 · length 17');
    expect(lines.join('')).not.toContain('\x1b');
  });

  it('tells alerts, and knows whether one was a warning', () => {
    const { view, written } = watch({ isTTY: false });
    const alert = { event: 'alert', run: 'r', step: 3, value: 1, detail: 'As it is.' } as const;
    view.onAlert({ ...alert, level: 'info', rule: 'reward-saturated' });
    expect(view.alerted).toBe(false);
    view.onAlert({ ...alert, level: 'warning', rule: 'completions-cut' });
    expect(view.alerted).toBe(true);
    expect(written()).toBe('run: note: As it is.\nrun: warning: As it is.\n');
  });

  it('tells problems and warnings on lines of their own', () => {
    const { view, written } = watch({ isTTY: false });
    view.onProblem({ level: 'error', event: 'engine-lost', detail: 'it is gone' });
    view.onProblem({ level: 'warning', event: 'nothing-learned', detail: 'all the same' });
    expect(written()).toBe('run: problem: it is gone\nrun: warning: all the same\n');
  });

  it('says what is going on before the first step and after the last one, and how far that has come', () => {
    const { view, clock, written } = watch({ isTTY: false });
    view.onPhase('start');
    clock.ms = 3000;
    view.onStart(0, 2);
    view.onPhase('rollout');
    view.onPhaseProgress(2, 32);
    clock.ms = 14_000;
    view.onPhaseProgress(12, 32);
    view.onStep(1, metrics);
    view.onPhase('rollout');
    view.onPhase('update');
    view.onStep(2, metrics);
    view.onPhase('scoring');
    expect(written().trimEnd().split('\n')).toEqual([
      'run: starting the engine',
      'run: sampling step 1',
      'run: sampling step 1: 12/32',
      expect.stringContaining('run: step 2/2'),
      'run: scoring checkpoints',
    ]);
  });

  it('says that no benchmark is scored, and how to name one', () => {
    const { view, written } = watch({ isTTY: false });
    view.onNoEvaluation();
    expect(written()).toBe('run: no benchmark is scored: name some with --eval-benchmarks\n');
  });

  it('adds what is going on to the live line', () => {
    const { view, written } = watch({ isTTY: true });
    view.onPhase('start');
    view.onStart(0, 8);
    view.onStep(1, metrics);
    view.onPhase('rollout');
    view.onPhaseProgress(12, 32);
    const shown = written().split('\r\x1b[2K');
    expect(shown[1]).toBe('run starting the engine');
    expect(shown.at(-1)).toMatch(/^run █.* 1\/8 · sampling step 2: 12\/32 · reward .*length 17$/);
  });

  it('tells programs of phases by name, step and parts', () => {
    const { view, clock, written } = watch({ isTTY: false, json: true });
    view.onStart(0, 2);
    view.onPhase('rollout');
    clock.ms = 2000;
    view.onPhaseProgress(12, 32);
    view.onPhaseProgress(13, 32);
    const lines = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { run: 'run', event: 'phase', phase: 'rollout', step: 1 },
      { run: 'run', event: 'phase', phase: 'rollout', step: 1, done: 12, total: 32 },
    ]);
  });

  it('is JSON lines if asked, every step of them', () => {
    const { view, written } = watch({ isTTY: false, json: true });
    view.onStart(2, 4);
    view.onStep(3, metrics);
    view.onScores(0, summary);
    const lines = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { run: 'run', event: 'resumed', step: 2, steps: 4 },
      { run: 'run', event: 'step', step: 3, metrics },
      { run: 'run', event: 'scores', step: 0, average: summary.graders['reward']?.average.mean },
    ]);
  });
});

describe('Pace', () => {
  it('foretells what is left of an even pace, from wherever the run goes on', () => {
    const sizes = fc.record({
      start: fc.nat(1000),
      steps: fc.integer({ min: 1, max: 60 }),
      left: fc.nat(500),
    });
    fc.assert(
      fc.property(sizes, ({ start, steps, left }) => {
        const pace = new Pace();
        for (let step = start; step <= start + steps; step++) pace.mark(step, 7 * step);
        expect(pace.remainingMs(start + steps + left)).toBeCloseTo(7 * left, 6);
      }),
    );
  });

  it('follows a change of pace, and forgets the time before a restart', () => {
    const pace = new Pace();
    for (let step = 0; step <= 20; step++) pace.mark(step, step * 1000);
    for (let step = 21; step <= 41; step++) pace.mark(step, 20_000 + (step - 20) * 10);
    expect(pace.remainingMs(51)).toBeCloseTo(100, 6);
    pace.mark(20, 1e9);
    expect(pace.remainingMs(51)).toBeUndefined();
    pace.mark(21, 1e9 + 5);
    expect(pace.remainingMs(31)).toBe(50);
  });
});

describe('durationText', () => {
  it('names the two largest units', () => {
    const texts = [42_000, 185_000, 3_599_400, 7_620_000].map(durationText);
    expect(texts).toEqual(['42 s', '3 min 05 s', '59 min 59 s', '2 h 07 min']);
  });
});
