import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { apart, type ChartOptions, chart } from '#functions/dashboard/charts/chart.ts';
import { dotsPath, linePaths, type Point } from '#functions/dashboard/charts/line.ts';
import { roundUp, scale, ticks } from '#functions/dashboard/charts/scale.ts';

const [x, y] = [scale(0, 10), scale(0, 100)];
const point = (at: number, value: number | null): Point => ({
  x: at,
  y: value,
  interval: value === null ? undefined : [value - 10, value + 10],
});

describe('linePaths', () => {
  it('goes through every point, from the top', () => {
    const points = [point(0, 20), point(10, 80)];
    const { line, band } = linePaths(points, x, y);
    expect(line).toBe('M0 80L100 20');
    expect(dotsPath(points, x, y)).toBe('M0 80h.01M100 20h.01');
    expect(band).toBe('M0 70L100 10L100 30L0 90Z');
  });

  it('breaks line and band where a value is missing, and bridges the gap in a way of its own', () => {
    const paths = linePaths([point(0, 20), point(2, 40), point(4, null), point(6, 60), point(8, 60)], x, y);
    expect(paths.line).toBe('M0 80L20 60M60 40L80 40');
    expect(paths.gaps).toBe('M20 60L60 40');
    expect(paths.band.match(/M/g)).toHaveLength(2);
  });

  it('gives a point that stands alone its interval as a bar', () => {
    const { line, band, bars } = linePaths([point(0, null), point(5, 50), point(10, null)], x, y);
    expect([line, band, bars]).toEqual(['', '', 'M50 40V60']);
  });

  it('draws no value where there is none', () => {
    const paths = linePaths([point(0, null)], x, y);
    expect(Object.values(paths)).toEqual(['', '', '', '']);
    expect(dotsPath([point(0, null)], x, y)).toBe('');
  });
});

describe('apart', () => {
  it('keeps labels fifteen pixels from each other and inside the chart, in their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 5 }),
        (given) => {
          const tops = given.toSorted((a, b) => a - b);
          const moved = apart(tops, 200);
          expect(moved).toHaveLength(tops.length);
          for (const [index, top] of moved.entries()) {
            expect(top).toBeLessThanOrEqual(198);
            if (index > 0) expect(top - (moved[index - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
          }
        },
      ),
    );
  });

  it('moves nothing that is apart already', () => {
    expect(apart([10, 50, 120], 200)).toEqual([10, 50, 120]);
  });
});

describe('scales', () => {
  it('reach a round number over a value', () => {
    expect([0.3, 1, 1.01, 23, 26, 51, 999].map(roundUp)).toEqual([0.5, 1, 2, 25, 50, 100, 1000]);
    expect(roundUp(0)).toBe(1);
  });

  it('has round ticks from 0 to the end', () => {
    expect(ticks(60, 6)).toEqual([0, 10, 20, 30, 40, 50, 60]);
    expect(ticks(2000, 2)).toEqual([0, 1000, 2000]);
    expect(ticks(6, 2)).toEqual([0, 5]);
  });
});

describe('chart', () => {
  const options: ChartOptions = {
    ...{ description: 'a <b>curve</b>', heightPx: 100, left: '2rem', right: '2rem', x, y },
    ...{
      xTicks: [{ at: 0, label: '0' }],
      yTicks: [
        { at: 0, label: '0' },
        { at: 50, label: '50' },
      ],
    },
    series: [{ kind: 'run', label: 'run 80.0', dots: true, points: [point(0, 20), point(10, 80)] }],
    base: { y: 20, label: 'base 20.0' },
    places: [
      { x: 0, href: '/a', text: 'step 0' },
      { x: 10, href: '/b', text: 'step 10' },
    ],
  };
  const { document } = parseHTML(`<html><body>${chart(options)}</body></html>`);

  it('says what it shows to whoever cannot see it', () => {
    const svg = document.querySelector('svg');
    expect([svg?.getAttribute('role'), svg?.getAttribute('aria-label')]).toEqual(['img', 'a <b>curve</b>']);
  });

  it('has a dot for each value, a label at each end and a link for each place', () => {
    expect(document.querySelector('.d0')?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
    expect([...document.querySelectorAll('.en')].map((label) => label.textContent)).toEqual([
      'run 80.0',
      'base 20.0',
    ]);
    const links = [...document.querySelectorAll('a.hit')];
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['/a', '/b']);
    expect(links.every((link) => link.getAttribute('tabindex') === '-1')).toBe(true);
  });
});
