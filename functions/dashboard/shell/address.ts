/** What the query of a page says; `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** The address of a page with a query, its parts in the order given. */
export function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string' || typeof value === 'number') parameters.append(name, String(value));
    else for (const each of value ?? []) parameters.append(name, each);
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Addresses of pages that others link to, in one place. */
export const pages = {
  runs: (query: Query = {}) => address('/', query),
  run: (run: string, query: Query = {}) => address(`/runs/${run}`, query),
  step: (run: string, step: number, query: Query = {}) => address(`/runs/${run}/steps/${step}`, query),
  evaluations: (query: Query = {}) => address('/evaluations', query),
  evaluation: (evaluation: string, query: Query = {}) => address(`/evaluations/${evaluation}`, query),
  operations: (query: Query = {}) => address('/operations', query),
  samples: (evaluation: string, query: Query = {}) => address(`/evaluations/${evaluation}/samples`, query),
  /** @param problem - with its benchmark: `aime25/7` */
  sample: (evaluation: string, problem: string, sample: number, query: Query = {}) =>
    address(`/evaluations/${evaluation}/samples/${problem}/${sample}`, query),
  sampleCase: (evaluation: string, problem: string, sample: number) =>
    `/evaluations/${evaluation}/samples/${problem}/${sample}/case`,
  audit: (query: Query = {}) => address('/audit', query),
  paper: (recipe: string, query: Query = {}) => address(`/recipes/${recipe}/paper`, query),
  compareChoice: () => '/compare',
  /** @param a - an id, as `b`: its letters need no escaping, and the page of a run has hundreds of these */
  compare: (a: string, b: string, query: Query = {}) => {
    const rest = address('', query).slice(1);
    return `/compare?a=${a}&b=${b}${rest && `&${rest}`}`;
  },
} as const;
