import type { Ball, Balls } from './ball.ts';

/** Whether two values differ by more than their error bounds explain. */
export function separated<T>(a: Ball<T>, b: Ball<T>, balls: Balls<T>): boolean {
  const difference = balls.add(a, balls.negate(b));
  return difference === null || balls.size(difference) > 2 * (a.error + b.error);
}
