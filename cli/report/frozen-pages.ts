import type { RunData } from '#functions/dashboard/run/run-data.ts';
import { scoredOf } from '#functions/dashboard/run/run-words.ts';
import { MOST_BARS } from '#functions/dashboard/run/training-section.ts';
import { pages } from '#functions/dashboard/shell/address.ts';
import type { ReportData } from './report-data.ts';

/** Pages of samples: those that turned problems show, then those beside them. */
const MOST_SAMPLES = 48;
/** Pages of problems that turned, under each choice. */
const MOST_TURNED = 3;

/** Which pages stand beside a report. */
export interface WantedPages {
  /** Where to begin; what is wanted of the rest is found by links. */
  readonly seeds: readonly string[];
  readonly runs: ReadonlySet<string>;
  /** Addresses of steps. */
  readonly steps: ReadonlySet<string>;
  readonly evaluations: ReadonlySet<string>;
  /** `a b`, by their evaluations. */
  readonly pairs: ReadonlySet<string>;
  /** Evaluations whose samples are shown: the ends of comparisons. */
  readonly sampled: ReadonlySet<string>;
  /** Of all runs, whether kept or not. */
  readonly allSteps: number;
}

/** Of each run its page, its evaluations, some of its steps, first against last and best; of each comparison its two sides. */
export function wantedPages({ subjects, comparisons }: ReportData): WantedPages {
  const runs = subjects.flatMap((subject) => (subject.kind === 'run' ? [subject.data] : []));
  const pairs = [
    ...comparisons.map(({ a, b }) => [a.evaluation, b.evaluation] as const),
    ...runs.flatMap(pairsOf),
  ];
  const evaluations = [
    ...subjects.flatMap((subject) =>
      subject.kind === 'run' ? evaluationsOf(subject.data) : [subject.data.evaluation],
    ),
    ...pairs.flat(),
  ];
  const steps = runs.flatMap((run) => keptSteps(run).map((step) => pages.step(run.run, step)));
  const seeds = [
    ...runs.map(({ run }) => pages.run(run)),
    ...steps,
    ...evaluations.map((evaluation) => pages.evaluation(evaluation)),
    ...pairs.map(([a, b]) => pages.compare(a, b)),
  ];
  return {
    seeds,
    runs: new Set(runs.map(({ run }) => run)),
    steps: new Set(steps),
    evaluations: new Set(evaluations),
    pairs: new Set(pairs.map((pair) => pair.join(' '))),
    sampled: new Set(pairs.flat()),
    allSteps: runs.reduce((count, { steps }) => count + steps.length, 0),
  };
}

function evaluationsOf({ checkpoints }: RunData): readonly string[] {
  return scoredOf(checkpoints).flatMap(({ evaluation }) => (evaluation === null ? [] : [evaluation]));
}

/** The first scored checkpoint against the last, and against the one with the highest mean. */
function pairsOf({ checkpoints }: RunData): readonly (readonly [string, string])[] {
  const scored = scoredOf(checkpoints);
  const [first] = scored;
  const best = scored.toSorted((a, b) => b.average.mean - a.average.mean)[0];
  const others = new Set([scored.at(-1), best]);
  others.delete(first);
  return [...others].flatMap((other) =>
    first?.evaluation && other?.evaluation ? [[first.evaluation, other.evaluation] as const] : [],
  );
}

/** Those that the bars of the run's page lead to, its first, and where training saturates. */
function keptSteps({ steps, saturationStep }: RunData): readonly number[] {
  const every = Math.ceil(steps.length / MOST_BARS);
  return steps.flatMap(({ step }, index) =>
    [0, steps.length - 1].includes(index) || (index + 1) % every === 0 || step === saturationStep
      ? [step]
      : [],
  );
}

/** An address with its query in order, without its fragment: two that mean the same page are the same text. */
export function canonical(address: string): string {
  const { pathname, searchParams } = new URL(address, 'http://report');
  searchParams.sort();
  const query = searchParams.toString();
  return query === '' ? pathname : `${pathname}?${query}`;
}

/**
 * Whether a page, or its data, is to stand beside the report.
 *
 * @param address - canonical
 * @param samples - pages of samples that are there already
 */
export function wants(wanted: WantedPages, address: string, samples: number): boolean {
  const { pathname, searchParams } = new URL(address, 'http://report');
  const page = pathname.replace(/\.(?:json|csv)$/, '');
  const names = [...searchParams.keys()];
  const [, kind, id = ''] = page.split('/');
  if (isSample(address)) return wanted.sampled.has(id) && samples < MOST_SAMPLES;
  if (kind === 'runs' && page === pages.run(id))
    return wanted.runs.has(id) && names.every((name) => name === 'x' || name === 'y');
  if (kind === 'runs') return wanted.steps.has(pathname) && names.length === 0;
  if (kind === 'evaluations')
    return page === pages.evaluation(id) && wanted.evaluations.has(id) && names.length === 0;
  return page === pages.compare('', '').split('?')[0] && wantsComparison(wanted, searchParams);
}

/** Of one sample, without a choice of how it is shown. */
export function isSample(address: string): boolean {
  return /^\/evaluations\/[a-z2-7]+\/samples\/[^/?]+\/[^/?]+\/\d+$/.test(address);
}

/** All problems that turned, those of one kind, or those of one set; not each kind of each set. */
function wantsComparison({ pairs }: WantedPages, query: URLSearchParams): boolean {
  const { a, b, page = '1', ...choice } = Object.fromEntries(query);
  const chosen = Object.keys(choice);
  const known = chosen.length === 0 || (chosen.length === 1 && ['flips', 'set'].includes(chosen[0] ?? ''));
  return pairs.has(`${a} ${b}`) && known && Number(page) <= MOST_TURNED;
}

/** The file of a page: its path, and what its query chooses. @param address - canonical */
export function frozenName(address: string): string {
  const { pathname, searchParams } = new URL(address, 'http://report');
  const [, path = '', ending = '.html'] = /^\/(.*?)(\.(?:json|csv))?$/.exec(pathname) ?? [];
  const { a, b, ...choice } = Object.fromEntries(searchParams);
  const pair = a === undefined ? '' : `/${a}-${b}`;
  const chosen = Object.entries(choice).map(([name, value]) => `-${name}-${value}`);
  return `${path}${pair}${chosen.join('')}${ending}`;
}
