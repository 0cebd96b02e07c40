/** What the routes of operations take and answer. */

import { createRoute, z } from '@hono/zod-openapi';
import { Digest, Sha256 } from '#shared/records/ids.ts';
import { bearer, json, problems } from '../../http/responses.ts';
import { DeadLetter } from '../../results/operations/dead-letters.ts';
import { Redriven } from './redrive-letter.ts';

const common = { tags: ['operations'], security: bearer };

export const lettersRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'What no worker managed to handle',
  description: 'Of the newest evaluations, and messages that no stage accepts.',
  responses: {
    200: json('Up to five seconds old.', z.object({ items: z.array(DeadLetter) })),
    ...problems.reading,
  },
});

export const redriveRoute = createRoute({
  ...common,
  method: 'post',
  path: '/v1/dead-letters/{letter}/redrive',
  operationId: 'redriveDeadLetter',
  summary: 'Put a dead letter back on its queue',
  description:
    'Of an evaluation its next round is asked for, in which good shards are kept; a message is sent again as it came.',
  request: { params: z.object({ letter: z.union([Digest, Sha256]) }) },
  responses: { 202: json('It is on its queue again.', Redriven), ...problems.changing },
});
