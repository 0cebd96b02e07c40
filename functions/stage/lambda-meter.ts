import { z } from 'zod';
import type { Billed } from '#shared/records/telemetry.ts';

/** Lambda says it in each of its environments. */
const LambdaEnv = z.object({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().positive() });

/** What Lambda bills, message by message: they share an environment's start, and the time of an invocation. */
export interface LambdaMeter {
  /** An invocation begins. */
  begin(): void;
  /** A message of it was handled. @returns what came since the last, and what the one before took to be recorded */
  lap(): Billed;
  /** The invocation ends. What comes after its last lap counts for the next invocation's first. */
  end(): void;
}

/**
 * To be made at the end of an environment's start, which is billed like its invocations. Lambda measures a few milliseconds more,
 * since it starts the process and ends the invocation.
 *
 * @param now - seconds since the process started
 * @returns nothing where no Lambda runs this process
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
export function lambdaMeter(env: NodeJS.ProcessEnv, now: () => number): LambdaMeter | undefined {
  const memoryMib = LambdaEnv.safeParse(env).data?.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
  if (memoryMib === undefined) return undefined;
  let initSeconds = now();
  let [since, carried] = [0, 0];
  return {
    begin: () => {
      since = now();
    },
    lap: () => {
      const at = now();
      const billed = { seconds: carried + at - since, initSeconds, memoryMib };
      [since, carried, initSeconds] = [at, 0, 0];
      return billed;
    },
    end: () => {
      carried += now() - since;
    },
  };
}
