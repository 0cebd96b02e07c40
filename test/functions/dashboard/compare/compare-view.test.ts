import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { CompareData, ComparedOther, ComparedSide } from '#functions/dashboard/compare/compare-data.ts';
import { CompareQuery } from '#functions/dashboard/compare/compare-query.ts';
import { compareView } from '#functions/dashboard/compare/compare-view.ts';

const [A, B] = ['a'.repeat(26), 'b'.repeat(26)] as const;
const better = { kind: 'better' as const, difference: 0.5, interval: [0.25, 0.75] as [number, number] };
const numbers = {
  ...{ problems: 40, first: 0.25, second: 0.75, difference: 0.5, interval: better.interval },
  ...{ p: 0.00001, adjustedP: 0.00002, detectable: 0.2, verdict: better, text: '' },
};
const turned = Array.from({ length: 20 }, (_, index) => `sums/${index}`);
const b: ComparedSide = {
  ...{ evaluation: B, model: 'n'.repeat(26), checkpoint: { run: 'one', step: 60 } },
  recording: null,
};
const comparison: ComparedOther['comparison'] = {
  ...{ first: A, second: B, sameModel: false, recordings: [null, null], grader: 'reward', margin: 0.05 },
  ...{ verdict: better, text: '', differences: [], average: numbers },
  benchmarks: [
    {
      ...{ ...numbers, benchmark: 'sums', samples: [1, 1], test: 'mcnemar', unpaired: 0 },
      ...{ gained: turned, lost: [], solved: [], unsolved: [] },
    },
  ],
};
const data: CompareData = {
  a: { evaluation: A, model: 'm'.repeat(26), checkpoint: { run: 'one', step: 0 }, recording: null },
  others: [{ side: b, comparison }],
  graders: ['reward', 'benchmark'],
  flips: { counts: { won: 20, lost: 0 }, total: 20, from: 8, pages: 3, items: [] },
};

function shown(changed: Partial<CompareData> = {}, query: Partial<CompareQuery> = {}) {
  const asked = CompareQuery.parse({ a: A, b: B, ...query });
  const view = compareView({ ...data, ...changed }, { query: asked, path: '/compare', csrf: undefined });
  return { view, document: parseHTML(`<main>${view.body}</main>`).document };
}

describe('compareView', () => {
  it('names checkpoints of one run by their steps, and sets the interval lighter', () => {
    const { view, document } = shown();
    const heading = document.querySelector('h1');
    expect(heading?.textContent).toBe('Better: step 60 scores 50.0 points more than the base (25.0 to 75.0)');
    expect(heading?.querySelector('small')?.textContent).toBe('(25.0 to 75.0)');
    expect(view.crumbs.map(({ label }) => label)).toEqual(['Compare', 'run one', 'the base against step 60']);
  });

  it('names checkpoints of two runs by both', () => {
    const { document } = shown({
      others: [{ side: { ...b, checkpoint: { run: 'two', step: 60 } }, comparison }],
    });
    expect(document.querySelector('h1')?.textContent).toContain('step 60 of run two scores 50.0 points more');
  });

  it('draws difference, interval and what was detectable on an axis that is the same to both sides of 0', () => {
    const parts = [...shown().document.querySelectorAll('.forest i')].map((part) =>
      part.getAttribute('style'),
    );
    expect(parts).toEqual(['--l:40;--w:20', '--z:50', '--l:62.5;--w:25', '--l:75']);
  });

  it('says that nothing differs but the weights', () => {
    expect(shown().document.querySelector('#protocol')?.textContent).toContain(
      '✓ Nothing differs but the weights.',
    );
  });

  it('keeps the other choices when one is taken', () => {
    const { document } = shown({}, { grader: 'reward', set: 'sums', page: 2 });
    const hrefs = [...document.querySelectorAll('.seg a, .pager a')].map((link) => link.getAttribute('href'));
    const to = `/compare?a=${A}&b=${B}`;
    expect(hrefs).toContain(`${to}&grader=benchmark&set=sums`);
    expect(hrefs).toContain(`${to}&grader=reward&set=sums&flips=won#flips`);
    expect(hrefs).toContain(`${to}&grader=reward&set=sums&page=3#flips`);
  });
});
