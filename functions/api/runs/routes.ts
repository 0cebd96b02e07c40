import { apiApp } from '../../http/api-app.ts';
import type { ReadingPorts } from '../../results/evaluations/read-evaluation.ts';
import { listLog } from '../../results/runs/list-log.ts';
import { listRollouts } from '../../results/runs/list-rollouts.ts';
import { listRuns } from '../../results/runs/list-runs.ts';
import { listSteps } from '../../results/runs/list-steps.ts';
import { readCost } from '../../results/runs/read-cost.ts';
import { readProblem } from '../../results/runs/read-problem.ts';
import { readRun } from '../../results/runs/read-run.ts';
import * as route from './route-documents.ts';

/** Training runs; the trainer writes them, the API reads. */
export const runRoutes = (ports: ReadingPorts) =>
  apiApp()
    .openapi(route.listRoute, async (c) => c.json(await listRuns(c.req.valid('query'), ports), 200))
    .openapi(route.readRoute, async (c) => c.json(await readRun(c.req.valid('param').run, ports), 200))
    .openapi(route.stepsRoute, async (c) =>
      c.json(await listSteps(c.req.valid('param').run, c.req.valid('query'), ports), 200),
    )
    .openapi(route.rolloutsRoute, async (c) => {
      const { run, step } = c.req.valid('param');
      return c.json(await listRollouts(run, step, c.req.valid('query'), ports), 200);
    })
    .openapi(route.logRoute, async (c) =>
      c.json(await listLog(c.req.valid('param').run, c.req.valid('query'), ports), 200),
    )
    .openapi(route.costRoute, async (c) => c.json(await readCost(c.req.valid('param').run, ports), 200))
    .openapi(route.problemRoute, async (c) => {
      const { run, benchmark, problem } = c.req.valid('param');
      const { grader } = c.req.valid('query');
      return c.json(await readProblem(run, `${benchmark}/${problem}`, grader, ports), 200);
    });
