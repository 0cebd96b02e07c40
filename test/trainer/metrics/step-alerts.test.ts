import { expect, it } from 'vitest';
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
