import { describe, expect, it } from 'vitest';
import { MOST_VALUES, studentInterval } from '#shared/metrics/student-interval.ts';
import { RandomStream } from '#shared/sampling/random-stream.ts';

describe('studentInterval', () => {
  it('is known for five values', () => {
    // R: t.test(c(1, 2, 3, 4, 5))$conf.int
    const [low, high] = studentInterval([1, 2, 3, 4, 5]) ?? [];
    expect([low, high]).toEqual([expect.closeTo(1.036757, 4), expect.closeTo(4.963243, 4)]);
  });

  it('says nothing of one value, and nothing wrong of equal ones', () => {
    expect(studentInterval([0.5])).toBeNull();
    expect(studentInterval([])).toBeNull();
    expect(studentInterval([0.5, 0.5])).toEqual([0.5, 0.5]);
  });

  it.each([2, 3, 5, 10, MOST_VALUES])(
    'covers the true mean of %i normal values in 95 %% of cases',
    (count) => {
      const stream = new RandomStream(7, count);
      const draws = 20_000;
      let covered = 0;
      for (let index = 0; index < draws; index++) {
        const interval = studentInterval(Array.from({ length: count }, () => stream.normal()));
        if (interval && interval[0] <= 0 && interval[1] >= 0) covered += 1;
      }
      expect(Math.abs(covered / draws - 0.95)).toBeLessThan(0.005);
    },
  );
});
