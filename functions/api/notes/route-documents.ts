/** What the routes of notes take and answer. */

import { createRoute, z } from '@hono/zod-openapi';
import { BenchmarkName, Digest } from '#shared/records/ids.ts';
import { Paging } from '../../http/paging.ts';
import { PathNumber, ProblemName } from '../../http/path-values.ts';
import { bearer, json, jsonBody, problems } from '../../http/responses.ts';
import { NotePage, NoteView } from '../../results/evaluations/notes.ts';
import { NoteBody } from './write-note.ts';

const common = { tags: ['notes'], security: bearer };
const params = z.object({ evaluation: Digest });

export const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/v1/evaluations/{evaluation}/notes',
  operationId: 'listNotes',
  summary: 'Where readers disagree with a grader',
  request: { params, query: Paging },
  responses: {
    200: json('A page, by problem and sample; up to five seconds old.', NotePage),
    ...problems.finding,
  },
});

export const writeRoute = createRoute({
  ...common,
  method: 'post',
  path: '/v1/evaluations/{evaluation}/samples/{benchmark}/{problem}/{sample}/notes',
  operationId: 'writeNote',
  summary: "Disagree with a grader's verdict on a sample",
  description: 'The same said twice is one note. No score changes; the audit counts it.',
  request: {
    params: params.extend({ benchmark: BenchmarkName, problem: ProblemName, sample: PathNumber }),
    ...jsonBody(NoteBody),
  },
  responses: {
    200: json('It was said already.', NoteView),
    201: json('It is stored.', NoteView),
    ...problems.changing,
  },
});

export const withdrawRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/v1/evaluations/{evaluation}/notes/{note}',
  operationId: 'withdrawNote',
  summary: 'Take a note back',
  request: { params: params.extend({ note: Digest }) },
  responses: { 204: { description: 'It is shown and counted no more.' }, ...problems.changing },
});
