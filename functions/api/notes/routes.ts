import { apiApp } from '../../http/api-app.ts';
import { listNotes } from '../../results/evaluations/list-notes.ts';
import * as route from './route-documents.ts';
import { withdrawNote } from './withdraw-note.ts';
import { type NotingPorts, writeNote } from './write-note.ts';

/** Where readers disagree with a grader. */
export const noteRoutes = (ports: NotingPorts) =>
  apiApp()
    .openapi(route.listRoute, async (c) =>
      c.json(await listNotes(c.req.valid('param').evaluation, c.req.valid('query'), ports), 200),
    )
    .openapi(route.writeRoute, async (c) => {
      const { evaluation, benchmark, problem, sample } = c.req.valid('param');
      const item = { problem: `${benchmark}/${problem}`, sample };
      const { note, created } = await writeNote(evaluation, item, c.req.valid('json'), ports);
      return c.json(note, created ? 201 : 200);
    })
    .openapi(route.withdrawRoute, async (c) => {
      const { evaluation, note } = c.req.valid('param');
      await withdrawNote(evaluation, note, ports);
      return c.body(null, 204);
    });
