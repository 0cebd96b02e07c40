import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lambdaMeter } from '#functions/stage/lambda-meter.ts';
import { sum } from '#shared/metrics/sum.ts';

const env = { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048' };
/** Whole seconds add up exactly. */
const seconds = fc.nat(900);
/** One invocation: the wait before it, and of each message what it takes to handle and then to record. */
const invocation = fc.record({
  waited: seconds,
  messages: fc.array(fc.record({ handled: seconds, recorded: seconds }), { minLength: 1 }),
});

describe('lambdaMeter', () => {
  it('counts each second of start and invocations once, and none between them', () => {
    fc.assert(
      fc.property(seconds, fc.array(invocation), (start, invocations) => {
        let now = start;
        const meter = lambdaMeter(env, () => now);
        const laps = invocations.flatMap(({ waited, messages }) => {
          now += waited;
          meter?.begin();
          const billed = messages.map(({ handled, recorded }) => {
            now += handled;
            const lap = meter?.lap();
            now += recorded;
            return lap ? lap.seconds + lap.initSeconds : Number.NaN;
          });
          meter?.end();
          return billed;
        });
        const worked = invocations.flatMap(({ messages }) => messages.flatMap(Object.values));
        // What it takes to record the last message is nobody's any more.
        const last = invocations.at(-1)?.messages.at(-1)?.recorded ?? 0;
        expect(sum(laps)).toBe(invocations.length === 0 ? 0 : start + sum(worked) - last);
      }),
    );
  });

  it('is none where no Lambda runs the process', () => {
    expect(lambdaMeter({}, () => 0)).toBeUndefined();
  });
});
