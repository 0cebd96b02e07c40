/**
 * The pages: what runs and evaluations have come to, for people with a browser. Rendered here, by templates that escape
 * whatever is put into them; a page needs no script, and loads nothing from elsewhere.
 *
 * A page is a folder: `run/run-data.ts` gathers plain data from `functions/results/`, `run/run-view.ts` shows it,
 * `run/run-page.ts` declares its address, its query and how the two hang together (`shell/page.ts` says what a page is). To
 * add one, write the three and put the declaration into `pages.ts`: sign-in, `.json` and `.csv`, live updates, ETag and
 * the suite of hostile texts come with it. What stands above all pages is in `shell/document.ts`.
 *
 * `shell/` is what surrounds pages: document, links, formats. `charts/` draws curves. `text/` is the one way in for texts
 * of models, problems and users. `access/` lets browsers in. `assets/` is the style and the one script. What changes
 * something is done by the API, handed in as `actions`.
 */
import { type Context, Hono } from 'hono';
import { problemOfError } from '../http/on-error.ts';
import { PROBLEM_TYPE, problemOf } from '../http/problem.ts';
import { signInRoutes } from './access/sign-in-routes.ts';
import { actionRoutes } from './action-routes.ts';
import { assetRoutes } from './assets/routes.ts';
import type { DashboardPorts } from './dashboard-ports.ts';
import { pageRoutes } from './page-routes.ts';
import { allPages } from './pages.ts';
import { errorPage } from './shell/error-page.ts';
import { setPageHeaders } from './shell/page-headers.ts';

/** The pages, to be mounted beside the API. */
export function dashboard(ports: DashboardPorts): Hono {
  const app = new Hono();
  app.onError((error, context) => tell(problemOfError(error, context, ports.log), context));
  app.route('/', assetRoutes()).route('/', signInRoutes(ports)).route('/', actionRoutes(ports));
  for (const page of allPages) app.route('/', pageRoutes(page, ports));
  return app;
}

/** Whether whoever asks wants a page. */
export function wantsPage({ req }: Context): boolean {
  return req.header('Accept')?.includes('text/html') ?? false;
}

/** That there is no such page, for a browser. */
export function unknownPage(context: Context): Response {
  return tell(problemOf('route-unknown', 'There is no such page.'), context);
}

function tell(problem: ReturnType<typeof problemOf>, context: Context): Response {
  const { status } = problem;
  if (!wantsPage(context))
    return context.body(JSON.stringify(problem), status, { 'Content-Type': PROBLEM_TYPE });
  setPageHeaders(context);
  return context.html(String(errorPage(problem, context.req.path)), status);
}
