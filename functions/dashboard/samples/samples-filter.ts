import { html } from 'hono/html';
import { VerdictKind } from '#shared/records/evaluations.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { number } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import type { FilterName, SamplesData } from './samples-data.ts';
import { type SamplesQuery, samplesQuery } from './samples-query.ts';

type Counts = Readonly<Record<string, number>>;

/** A value that a filter may take. */
interface Choice {
  readonly label: string;
  readonly changed: Partial<SamplesQuery>;
  readonly current: boolean;
  readonly count: number | undefined;
}

/** Everything that narrows the list: texts and lengths as a form, the rest as links with what each would leave. */
export function samplesFilter(data: SamplesData, query: SamplesQuery): Html {
  const { page, grader, graders, benchmarks } = data;
  const link = ({ label, changed, current, count }: Choice) =>
    html`<a href="${at(data, query, changed)}"${current ? html` aria-current="true"` : ''}>${visibleLine(label)}${count === undefined ? '' : html`<i>${number(count)}</i>`}</a>`;
  const group = (name: string, choices: readonly Choice[]) =>
    choices.length < 2
      ? ''
      : html`<nav class="seg" aria-label="${name}"><span>${name}</span>${choices.map(link)}</nav>`;
  // One value beside "all" is no choice, unless it has been made.
  const several = (name: string, choices: readonly Choice[]) =>
    choices.length < 3 && choices[0]?.current ? '' : group(name, choices);
  const facet = facetsOf(page.counts, query);
  const verdicts = facet('verdict', VerdictKind.options, (value) => verdictWords[value].words);
  const byGrader = graders.map((name) => ({
    ...{ label: name as string, changed: { grader: name }, current: name === grader, count: undefined },
  }));
  return html`${search(query)}<div class="filters">${several('Benchmark', facet('benchmark', benchmarks, String))}${group('Verdict', verdicts)}${several('Level', facet('level', levelsOf(page.counts?.level), String))}<nav class="seg" aria-label="Only"><span>Only</span>${flagsOf(page.counts, query).map(link)}</nav>${group('Grader', byGrader)}</div>`;
}

function at({ evaluation }: SamplesData, query: SamplesQuery, changed: Partial<SamplesQuery>): string {
  return pages.samples(evaluation, samplesQuery(query, changed));
}

/** The choices of a filter: all, then each value that leaves something or is chosen. */
function facetsOf(counts: SamplesData['page']['counts'], query: SamplesQuery) {
  return <N extends 'benchmark' | 'verdict' | 'level', V extends NonNullable<SamplesQuery[N]>>(
    name: N,
    values: readonly V[],
    label: (value: V) => string,
  ): readonly Choice[] => {
    const left: Counts | undefined = counts?.[name];
    const wanted: unknown = query[name];
    const chosen = values.filter(
      (value) => left === undefined || (left[String(value)] ?? 0) > 0 || value === wanted,
    );
    const all = left && Object.values(left).reduce((total, each) => total + each, 0);
    return [
      { label: 'all', changed: { [name]: undefined }, current: wanted === undefined, count: all },
      ...chosen.map((value) => ({
        label: label(value),
        changed: { [name]: value },
        current: value === wanted,
        count: left && (left[String(value)] ?? 0),
      })),
    ];
  };
}

function levelsOf(counts: Counts | undefined): readonly number[] {
  return Object.keys(counts ?? {})
    .map(Number)
    .sort((a, b) => a - b);
}

const FLAGS = [
  ['truncated', 'cut at the limit'],
  ['disagree', 'graders disagree'],
  ['suspect', 'wrong, but a box holds the reference'],
] as const;

/** What is either so or not: a link that turns it on and off. */
function flagsOf(counts: SamplesData['page']['counts'], query: SamplesQuery): readonly Choice[] {
  return FLAGS.map(([name, label]) => {
    const current = query[name] !== undefined;
    return {
      label: query[name] === false ? `not ${label} ✕` : current ? `${label} ✕` : label,
      changed: { [name]: current ? undefined : true },
      current,
      count: counts?.[name][String(query[name] ?? true)] ?? (counts ? 0 : undefined),
    };
  });
}

function search(query: SamplesQuery): Html {
  const { q: _, minTokens: __, maxTokens: ___, ...others } = query;
  const hidden = Object.entries(samplesQuery(others, {})).map(([name, value]) =>
    value === undefined ? '' : html`<input type="hidden" name="${name}" value="${String(value)}">`,
  );
  return html`<form class="find" method="get" role="search"><label for="q">Text or question holds</label><input id="q" type="search" name="q" value="${query.q ?? ''}" maxlength="200"><label for="min">tokens from</label><input id="min" class="num" inputmode="numeric" pattern="[0-9]*" name="minTokens" value="${query.minTokens ?? ''}"><label for="max">to</label><input id="max" class="num" inputmode="numeric" pattern="[0-9]*" name="maxTokens" value="${query.maxTokens ?? ''}">${hidden}<button>Search</button></form>`;
}

/** How a filter is called where it is taken off. */
export function filterWords(filter: FilterName, query: SamplesQuery): string {
  const value = visibleLine(String(query[filter]));
  switch (filter) {
    case 'q':
      return `“${value}” in text or question`;
    case 'problem':
      return `problem ${value}`;
    case 'minTokens':
      return `${value} tokens or more`;
    case 'maxTokens':
      return `${value} tokens or fewer`;
    case 'level':
      return `level ${value}`;
    case 'verdict':
      return `verdict ${query.verdict === undefined ? value : verdictWords[query.verdict].words}`;
    case 'benchmark':
      return `benchmark ${value}`;
    default:
      return `${query[filter] === false ? 'not ' : ''}${FLAGS.find(([name]) => name === filter)?.[1] ?? filter}`;
  }
}
