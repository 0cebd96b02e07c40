import { createRoute, z } from '@hono/zod-openapi';
import { apiApp } from '../../http/api-app.ts';
import type { HttpMetrics } from '../../http/http-metrics.ts';
import { bearer, problems } from '../../http/responses.ts';
import type { ReadingPorts } from '../../results/evaluations/read-evaluation.ts';
import { planeMetrics } from '../../results/plane-metrics.ts';

const FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'readMetrics',
  summary: 'Metrics in the text format of Prometheus',
  description: 'Requests and their durations of this process; open evaluations and shards of the store.',
  tags: ['about'],
  security: bearer,
  responses: {
    200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() } } },
    ...problems.reading,
  },
});

/** What a monitor asks for; who may read may read it. */
export const metricRoutes = (http: HttpMetrics, ports: ReadingPorts) =>
  apiApp().openapi(metricsRoute, async (c) =>
    c.text(`${http.text()}${await planeMetrics(ports)}`, 200, { 'Content-Type': FORMAT }),
  );
