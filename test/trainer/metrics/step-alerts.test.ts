import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findAlerts, type MeasuredStep } from '#shared/alerts/find-alerts.ts';
import { StepAlerts } from '#trainer/metrics/step-alerts.ts';

const flat = { 'advantage/min': 0, 'advantage/max': 0 };
const mixed = { 'advantage/min': -1, 'advantage/max': 1 };

it('tells each rule once, at the step that gives reason to', () => {
  const alerts = new StepAlerts(100);
  const told = Array.from({ length: 40 }, (_, index) =>
    alerts.after(index + 1, index % 20 < 10 ? flat : mixed).map(({ rule }) => [index + 1, rule]),
  );
  expect(told.flat()).toEqual([[10, 'nothing-learned']]);
});

it('counts a step that is done again once', () => {
  const alerts = new StepAlerts(100);
  for (const step of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect(alerts.after(step, flat)).toEqual([]);
  for (const step of [4, 5, 6, 7, 8, 9]) expect(alerts.after(step, flat)).toEqual([]);
  expect(alerts.after(10, flat)).toMatchObject([{ rule: 'nothing-learned', step: 1 }]);
});

it('tells after each step what a look at all steps would tell, whatever is done again', () => {
  const metrics = fc.record(
    {
      'reward/mean': fc.constantFrom(0, 0.5, 0.96, 1),
      'advantage/min': fc.constantFrom(0, -1),
      'advantage/max': fc.constantFrom(0, 1),
      'policy/entropy': fc.constantFrom(0.3, 0.001),
      'policy/grad_norm': fc.constantFrom(0.1, 5, Number.NaN),
      'policy/kl': fc.constantFrom(0.01, 2),
      'completion/truncated_share': fc.constantFrom(0, 0.6, 1),
    },
    { requiredKeys: [] },
  );
  // Long stretches of one kind, as rules wait for, each after going back some steps.
  const stretch = fc.record({ metrics, length: fc.integer({ min: 1, max: 60 }), back: fc.nat(5) });
  fc.assert(
    fc.property(
      fc.array(stretch, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 300 }),
      (all, planned) => {
        const alerts = new StepAlerts(planned);
        const told = new Set<string>();
        let steps: MeasuredStep[] = [];
        for (const { metrics: measured, length, back } of all) {
          const from = Math.max(0, (steps.at(-1)?.step ?? 0) - back);
          for (let step = from + 1; step <= from + length; step++) {
            steps = [...steps.filter((each) => each.step < step), { step, metrics: measured }];
            const fresh = findAlerts(steps, planned).filter(({ rule }) => !told.has(rule));
            for (const { rule } of fresh) told.add(rule);
            expect(alerts.after(step, measured)).toEqual(fresh);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});
