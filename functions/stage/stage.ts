/**
 * What every stage shares, and the hosts that run one.
 *
 * `stage.ts` makes a stage's route from its schema and its core, `connected-stage.ts` is a stage with its ports.
 * `handle-message.ts` takes one message through the route, `settle-message.ts` takes it off its queue or lets it come again
 * after the pause of `retry-pause.ts`, `keep-visible.ts` hides it from others meanwhile. `sqs-handler.ts` does this as a Lambda function, `poll-until-stopped.ts` in a
 * container; `workspace-env.ts` finds bucket and queues.
 */
import { zValidator } from '@hono/zod-validator';
import { Hono } from 'hono';
import type { z } from 'zod';
import { KnownError, messageOf } from '#shared/errors.ts';

/**
 * A stage is a Hono app with `POST /` that takes one message, so that the same route runs on Lambda, in a container
 * that polls and in the local runner. 200: done, the message may go. 400: no schema accepts it; trying again is
 * useless. 500: try again; the body is `{ code, message }`.
 *
 * @param core - may answer with an object, what its work came to: the body of a 200
 */
export function stage<S extends z.ZodType>(
  schema: S,
  core: (message: z.output<S>) => Promise<unknown>,
): Hono {
  const app = new Hono();
  app.post('/', zValidator('json', schema), async (context) => {
    const facts = await core(context.req.valid('json') as z.output<S>);
    return context.json((facts ?? {}) as object);
  });
  app.onError((error, context) => {
    if ('getResponse' in error) return (error as unknown as { getResponse(): Response }).getResponse();
    return context.json(
      { code: error instanceof KnownError ? error.code : 'defect', message: messageOf(error) },
      500,
    );
  });
  return app;
}
