import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAlerts, type MeasuredStep } from '#shared/alerts/find-alerts.ts';
import type { Metrics } from '#shared/records/runs.ts';

/** Steps 1, 2, … with these metrics; what is not said is as in a run that goes well. */
function steps(count: number, of: (step: number) => Metrics): readonly MeasuredStep[] {
  return Array.from({ length: count }, (_, index) => ({
    step: index + 1,
    metrics: { ...WELL, ...of(index + 1) },
  }));
}

const WELL: Metrics = {
  'reward/mean': 0.5,
  'advantage/min': -1,
  'advantage/max': 1,
  'policy/entropy': 0.3,
  'policy/grad_norm': 0.2,
  'policy/kl': 0.001,
  'policy/loss': 0.01,
  'completion/truncated_share': 0.1,
};

const rules = (given: readonly MeasuredStep[], planned: number | null = 1000) =>
  findAlerts(given, planned).map(({ rule, step }) => [rule, step]);

describe('findAlerts', () => {
  it('finds nothing in a run that goes well, nor in one without steps or metrics', () => {
    expect(rules(steps(99, () => ({})))).toEqual([]);
    expect(rules([])).toEqual([]);
    expect(rules(Array.from({ length: 200 }, (_, step) => ({ step, metrics: {} })))).toEqual([]);
  });

  describe('diverged', () => {
    it.each(['policy/loss', 'policy/grad_norm', 'policy/kl'])('where %s is not finite', (name) => {
      const found = findAlerts(
        steps(5, (step) => (step === 3 ? { [name]: Number.NaN } : {})),
        null,
      );
      expect(found).toMatchObject([{ rule: 'diverged', step: 3, severity: 'warning' }]);
      expect(found[0]?.found).toContain('of step 3 is not finite');
    });

    it('where KL to the reference is above a nat a token', () => {
      const far = (nats: number) => rules(steps(30, (step) => (step >= 20 ? { 'policy/kl': nats } : {})));
      expect(far(1.01)).toEqual([['diverged', 20]]);
      expect(far(0.99)).toEqual([]);
    });

    it('where three gradient norms in a row are ten times the usual ones, and at none of two', () => {
      const spiky = (...at: number[]) =>
        rules(steps(60, (step) => (at.includes(step) ? { 'policy/grad_norm': 2.1 } : {})));
      expect(spiky(40, 41, 42)).toEqual([['diverged', 40]]);
      expect(spiky(40, 41, 43, 44)).toEqual([]);
      expect(spiky(10, 11, 12)).toEqual([]); // too early to know what is usual
    });

    it('not where norms come back after many steps without a gradient', () => {
      const given = steps(300, (step) => ({ 'policy/grad_norm': step <= 20 || step > 297 ? 0.3 : 0.0001 }));
      expect(rules(given)).toEqual([]);
    });
  });

  describe('nothing-learned', () => {
    const flat = { 'advantage/min': 0, 'advantage/max': 0 };
    it('after ten steps without a difference, from the first of them on', () => {
      expect(rules(steps(40, (step) => (step > 20 && step <= 30 ? flat : {})))).toEqual([
        ['nothing-learned', 21],
      ]);
      expect(rules(steps(40, (step) => (step % 10 === 0 ? {} : flat)))).toEqual([]);
    });

    it('in a run of fewer steps, of all of them', () => {
      expect(
        rules(
          steps(3, () => flat),
          3,
        ),
      ).toEqual([['nothing-learned', 1]]);
      expect(
        rules(
          steps(2, () => flat),
          3,
        ),
      ).toEqual([]);
      expect(
        rules(
          steps(3, () => flat),
          null,
        ),
      ).toEqual([]);
    });
  });

  describe('no-progress', () => {
    const noisy = (step: number) => 0.1 * Math.sin(step);
    it('where the last fifty rewards are no better than the first', () => {
      expect(rules(steps(100, (step) => ({ 'reward/mean': 0.4 + noisy(step) })))).toEqual([
        ['no-progress', 51],
      ]);
      expect(rules(steps(99, (step) => ({ 'reward/mean': 0.4 + noisy(step) })))).toEqual([]);
    });

    it('not where they rise, or are solved', () => {
      expect(rules(steps(200, (step) => ({ 'reward/mean': 0.2 + step / 400 + noisy(step) })))).toEqual([]);
      const solved = rules(steps(200, (step) => ({ 'reward/mean': 0.97 + 0.02 * Math.sin(step) })));
      expect(solved).toEqual([['reward-saturated', 1]]);
    });
  });

  it('entropy-collapsed: ten steps below a tenth of the beginning, and next to nothing', () => {
    const falling = (to: number) => rules(steps(60, (step) => ({ 'policy/entropy': step > 40 ? to : 0.3 })));
    expect(falling(0.02)).toEqual([['entropy-collapsed', 41]]);
    expect(falling(0.04)).toEqual([]);
    const solved = { 'policy/entropy': 0.002, 'reward/mean': 0.96 };
    expect(rules(steps(60, (step) => (step > 45 ? solved : {})))).toEqual([]);
    // A base that is nearly certain to begin with has not collapsed.
    expect(rules(steps(60, () => ({ 'policy/entropy': 0.02 })))).toEqual([]);
  });

  it('completions-cut: all of one step, or half of ten in a row', () => {
    expect(rules(steps(20, (step) => (step === 7 ? { 'completion/truncated_share': 1 } : {})))).toEqual([
      ['completions-cut', 7],
    ]);
    expect(rules(steps(20, (step) => (step > 5 ? { 'completion/truncated_share': 0.5 } : {})))).toEqual([
      ['completions-cut', 6],
    ]);
    expect(rules(steps(20, () => ({ 'completion/truncated_share': 0.49 })))).toEqual([]);
  });

  it('reward-saturated is no warning', () => {
    const found = findAlerts(
      steps(60, (step) => ({ 'reward/mean': step > 12 ? 0.97 : 0.4 })),
      60,
    );
    expect(found).toMatchObject([{ rule: 'reward-saturated', step: 13, severity: 'note' }]);
  });

  it('what a run has told stays told as it goes on, at the same step', () => {
    const step = fc.record({
      'reward/mean': fc.constantFrom(0, 0.5, 0.96, 1),
      'advantage/min': fc.constantFrom(0, -1),
      'advantage/max': fc.constantFrom(0, 1),
      'policy/entropy': fc.constantFrom(0.3, 0.001),
      'policy/grad_norm': fc.constantFrom(0, 0.1, 5),
      'policy/kl': fc.constantFrom(0.01, 2),
      'completion/truncated_share': fc.constantFrom(0, 0.6, 1),
    });
    const property = fc.property(
      fc.array(step, { minLength: 1, maxLength: 130 }),
      fc.nat(130),
      (metrics, until) => {
        const all = metrics.map((each, index) => ({ step: index + 1, metrics: each }));
        const early = findAlerts(all.slice(0, until), 1000);
        const late = findAlerts(all, 1000);
        for (const alert of early.filter(({ rule }) => rule !== 'diverged' && rule !== 'completions-cut'))
          expect(late).toContainEqual(alert);
        expect(new Set(late.map(({ rule }) => rule)).size).toBe(late.length);
        expect(late.map(({ step: at }) => at)).toEqual(
          late.map(({ step: at }) => at).toSorted((a, b) => a - b),
        );
      },
    );
    fc.assert(property, { numRuns: 50 });
  });
});
