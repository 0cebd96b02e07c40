import type { MiddlewareHandler } from 'hono';
import { KnownError } from '#shared/errors.ts';
import type { ApiApp } from './api-app.ts';

/** What the description of a route says about the requests that it takes. */
interface KnownRoute {
  readonly method: string;
  readonly path: RegExp;
  readonly template: string;
  /** Names of its query parameters. */
  readonly query: readonly string[];
}

/** The routes of an app, as they are described; looked at when the first request comes, since then all are there. */
export class KnownRoutes {
  readonly #registry: ApiApp['openAPIRegistry'];
  #routes: readonly KnownRoute[] | undefined;

  constructor({ openAPIRegistry }: Pick<ApiApp, 'openAPIRegistry'>) {
    this.#registry = openAPIRegistry;
  }

  /** Refuses methods that a path has no route for. @throws {KnownError} `method-unsupported` */
  readonly refuseMethod: MiddlewareHandler = async (context, next) => {
    const { method, path } = context.req;
    const allowed = this.#at(path).flatMap((route) =>
      route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
    );
    if (allowed.length > 0 && !allowed.includes(method)) {
      context.header('Allow', allowed.join(', '));
      throw new KnownError('method-unsupported', `${path} takes ${allowed.join(', ')}, not ${method}.`);
    }
    await next();
  };

  /** Refuses what no route would read: a misspelt filter must not pass for one. @throws {KnownError} `query-unknown` */
  readonly refuseQuery: MiddlewareHandler = async (context, next) => {
    const { method, path } = context.req;
    const route = this.#at(path).find((each) => each.method === (method === 'HEAD' ? 'GET' : method));
    const unknown = Object.keys(context.req.queries()).find((name) => route && !route.query.includes(name));
    if (route && unknown !== undefined) {
      const known = route.query.length > 0 ? `It knows ${route.query.join(', ')}.` : 'It knows none.';
      throw new KnownError(
        'query-unknown',
        `${path} knows no parameter ${JSON.stringify(unknown)}. ${known}`,
      );
    }
    await next();
  };

  /** The template of a request's path, such as `/v1/runs/{run}`; `other` where it has no route. */
  templateOf(path: string): string {
    return this.#at(path)[0]?.template ?? 'other';
  }

  #at(path: string): readonly KnownRoute[] {
    this.#routes ??= this.#registry.definitions.flatMap((definition) => {
      if (definition.type !== 'route') return [];
      const { method, path: template, request } = definition.route;
      const query = request?.query && 'shape' in request.query ? Object.keys(request.query.shape) : [];
      return { method: method.toUpperCase(), path: patternOf(template), template, query };
    });
    return this.#routes.filter((route) => route.path.test(path));
  }
}

/** Matches the paths that a template such as `/v1/runs/{run}` stands for. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
