import { describe, expect, it } from 'vitest';
import { canonical, frozenName, type WantedPages, wants } from '#cli/report/frozen-pages.ts';

const [A, B] = ['a'.repeat(26), 'b'.repeat(26)];
const wanted: WantedPages = {
  seeds: [],
  runs: new Set(['r']),
  steps: new Set(['/runs/r/steps/3']),
  evaluations: new Set([A, B]),
  pairs: new Set([`${A} ${B}`]),
  sampled: new Set([A]),
  allSteps: 3,
};

describe('pages beside a report', () => {
  it.each([
    ['/runs/r', 'runs/r.html'],
    ['/runs/r.csv?x=tokens', 'runs/r-x-tokens.csv'],
    ['/runs/r/steps/3', 'runs/r/steps/3.html'],
    [`/evaluations/${A}.json`, `evaluations/${A}.json`],
    [`/evaluations/${A}/samples/sums/1/0`, `evaluations/${A}/samples/sums/1/0.html`],
    [`/compare?flips=won&b=${B}&a=${A}`, `compare/${A}-${B}-flips-won.html`],
  ])('%s is one, as %s', (address, name) => {
    expect(wants(wanted, canonical(address), 0)).toBe(true);
    expect(frozenName(canonical(address))).toBe(name);
  });

  it.each([
    ['/'],
    ['/runs/other'],
    ['/runs/r?control=other'],
    ['/runs/r/steps/4'],
    ['/runs/r/steps/3?group=1'],
    ['/evaluations'],
    [`/evaluations/${A}/samples`],
    [`/evaluations/${B}/samples/sums/1/0`],
    [`/compare?a=${B}&b=${A}`],
    [`/compare?a=${A}&b=${B}&page=99`],
    [`/compare?a=${A}&b=${B}&flips=won&set=sums`],
    ['/audit'],
  ])('%s is none', (address) => {
    expect(wants(wanted, canonical(address), 0)).toBe(false);
  });

  it('of samples are as many as there is room for', () => {
    expect(wants(wanted, `/evaluations/${A}/samples/sums/1/0`, 1000)).toBe(false);
  });
});
