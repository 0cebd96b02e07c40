import { allPages } from '#functions/dashboard/pages.ts';
import { RUN } from './pages-world.ts';

/** What a test knows of the world when it asks for a page. */
export interface PageCase {
  /** As the page declares it. */
  readonly declared: string;
  /** Addresses of the page in the world of `putRun`; `evaluations` are those of its checkpoints, oldest first. */
  readonly addresses: (evaluations: readonly string[]) => readonly string[];
}

/** Every page, with addresses that show most of what it can show. A page that is missing here fails its suites. */
export const pageCases: readonly PageCase[] = [
  { declared: '/', addresses: () => ['/', '/?q=nothing-like-it', '/?sort=score&state=finished'] },
  { declared: '/runs/:run', addresses: () => [`/runs/${RUN}`, `/runs/${RUN}?x=tokens&y=fit&control=none`] },
  {
    declared: '/runs/:run/steps/:step',
    addresses: () =>
      [1, 2, 6]
        .map((step) => `/runs/${RUN}/steps/${step}`)
        .concat(`/runs/${RUN}/steps/2?group=0&show=rendered`, `/runs/${RUN}/steps/2?q=nothing-like-it`),
  },
  {
    declared: '/evaluations',
    addresses: () => ['/evaluations', `/evaluations?run=${RUN}`, '/evaluations?run=other'],
  },
  {
    declared: '/evaluations/:evaluation',
    addresses: (evaluations) => evaluations.map((each) => `/evaluations/${each}`),
  },
  {
    declared: '/compare',
    addresses: ([base, middle, last]) =>
      ['', '&set=sums&flips=won', '&flips=lost', '&page=9', `&c=${middle}&of=c&margin=0.02`]
        .map((rest) => `/compare?a=${base}&b=${last}${rest}`)
        .concat('/compare'),
  },
  {
    declared: '/operations',
    addresses: ([, , last]) => ['/operations', `/operations?evaluation=${last}`],
  },
  {
    declared: '/evaluations/:evaluation/samples',
    addresses: ([, , last]) =>
      ['', '?open=sums/3/0', '?q=a&open=sums/1/0&show=rendered', '?verdict=correct&level=7'].map(
        (query) => `/evaluations/${last}/samples${query}`,
      ),
  },
  {
    declared: '/evaluations/:evaluation/samples/:benchmark/:problem/:sample',
    addresses: ([, , last]) => [
      `/evaluations/${last}/samples/sums/3/0`,
      `/evaluations/${last}/samples/sums/0/0?show=rendered&verdict=correct`,
    ],
  },
  {
    declared: '/evaluations/:evaluation/samples/:benchmark/:problem/:sample/case',
    addresses: ([, , last]) => [`/evaluations/${last}/samples/sums/3/0/case`],
  },
  {
    declared: '/audit',
    addresses: ([, , last]) => ['/audit', `/audit?evaluation=${last}&seed=3`, '/audit?run=other'],
  },
  {
    declared: '/recipes/:recipe/paper',
    addresses: () => ['/recipes/pi1/paper', '/recipes/llama-pi1/paper?pick=last'],
  },
];

/** Pages that no case is about. */
export const untold = allPages
  .map(({ path }) => path)
  .filter((path) => !pageCases.some(({ declared }) => declared === path));
