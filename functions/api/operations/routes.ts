import { apiApp } from '../../http/api-app.ts';
import { deadLetters } from '../../results/operations/dead-letters.ts';
import { type RedrivingPorts, redriveLetter } from './redrive-letter.ts';
import * as route from './route-documents.ts';

/** What of the plane needs somebody. */
export const operationRoutes = (ports: RedrivingPorts) =>
  apiApp()
    .openapi(route.lettersRoute, async (c) => c.json({ items: [...(await deadLetters(ports))] }, 200))
    .openapi(route.redriveRoute, async (c) =>
      c.json(await redriveLetter(c.req.valid('param').letter, ports), 202),
    );
