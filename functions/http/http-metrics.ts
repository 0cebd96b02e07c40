import type { MiddlewareHandler } from 'hono';

/** Upper bounds of the histogram's buckets, seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Durations {
  /** Requests at most as long as each bound and longer than the one before; the last: longer than all. */
  readonly buckets: number[];
  seconds: number;
}

/** What this process has answered so far, by route. */
export class HttpMetrics {
  readonly #answers = new Map<string, { readonly labels: string; count: number }>();
  readonly #durations = new Map<string, Durations>();
  readonly #routeOf: (path: string) => string;
  #open = 0;

  /** @param routeOf - the template of a path, so that there are as many series as routes and not as ids */
  constructor(routeOf: (path: string) => string) {
    this.#routeOf = routeOf;
  }

  readonly measure: MiddlewareHandler = async (context, next) => {
    const start = performance.now();
    this.#open++;
    try {
      await next(); // errors have become answers when this returns
    } finally {
      this.#open--;
      const { method, path } = context.req;
      this.#enter(method, this.#routeOf(path), context.res.status, (performance.now() - start) / 1000);
    }
  };

  /** In the text format of Prometheus, version 0.0.4. */
  text(): string {
    const lines = [
      '# HELP oneshot_http_requests_total Requests that were answered.',
      '# TYPE oneshot_http_requests_total counter',
      ...[...this.#answers.values()].map(
        ({ labels, count }) => `oneshot_http_requests_total{${labels}} ${count}`,
      ),
      '# HELP oneshot_http_requests_in_flight Requests that are being answered.',
      '# TYPE oneshot_http_requests_in_flight gauge',
      `oneshot_http_requests_in_flight ${this.#open}`,
      '# HELP oneshot_http_request_duration_seconds Time until the answer began.',
      '# TYPE oneshot_http_request_duration_seconds histogram',
      ...[...this.#durations].flatMap(([route, durations]) => histogram(route, durations)),
    ];
    return `${lines.join('\n')}\n`;
  }

  #enter(method: string, route: string, status: number, seconds: number): void {
    const name = `${method} ${status} ${route}`;
    const answers = this.#answers.get(name) ?? {
      labels: `method="${method}",route="${route}",status="${status}"`,
      count: 0,
    };
    answers.count++;
    this.#answers.set(name, answers);
    const durations = this.#durations.get(route) ?? {
      buckets: new Array<number>(BOUNDS.length + 1).fill(0),
      seconds: 0,
    };
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS.length : found;
    durations.buckets[bucket] = (durations.buckets[bucket] as number) + 1; // one for each bound, and one more
    durations.seconds += seconds;
    this.#durations.set(route, durations);
  }
}

function histogram(route: string, { buckets, seconds }: Durations): string[] {
  const name = 'oneshot_http_request_duration_seconds';
  let upTo = 0;
  const lines = buckets.map((count, at) => {
    upTo += count;
    return `${name}_bucket{route="${route}",le="${BOUNDS[at] ?? '+Inf'}"} ${upTo}`;
  });
  return [...lines, `${name}_sum{route="${route}"} ${seconds}`, `${name}_count{route="${route}"} ${upTo}`];
}
