import { html } from 'hono/html';
import { verdictText } from '#shared/comparison/verdict.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { counted, shortId } from '../shell/format.ts';
import type { Looking, View } from '../shell/page.ts';
import type { CompareData, ComparedSide } from './compare-data.ts';
import { type CompareQuery, compareQuery } from './compare-query.ts';
import { sideNames } from './compare-words.ts';
import { differenceTable } from './difference-table.ts';
import { flipSection } from './flip-section.ts';
import { protocolNote } from './protocol-note.ts';

/** The page of a comparison: the verdict, what was compared, what else differs, the numbers, and the problems that turned. */
export function compareView(data: CompareData, { query }: Looking<CompareQuery>): View {
  const { a, b, comparison } = data;
  const { first, second } = sideNames(data);
  const run = a.checkpoint?.run === b.checkpoint?.run ? a.checkpoint?.run : undefined;
  const title = `${first} against ${second}`;
  return {
    title,
    tab: 'compare',
    crumbs: [
      { label: 'Runs', href: pages.runs() },
      ...(run === undefined ? [] : [{ label: `run ${shortId(run)}`, href: pages.run(run) }]),
      { label: title },
    ],
    live: false,
    body: html`${headline(data)}${sides(data, query)}${protocolNote(comparison)}${differenceTable(data, query)}${flipSection(data, query)}`,
    command: `oneshot compare ${a.evaluation} ${b.evaluation}${query.grader ? ` --grader ${query.grader}` : ''}`,
  };
}

/** A verdict says its interval last, in parentheses: it is set lighter. */
const SENTENCE = /^(.*?)(?: (\([^()]*\)))?\.$/;

function headline(data: CompareData): Html {
  const { verdict } = data.comparison;
  const text = verdictText(verdict, sideNames(data));
  const [, said = text, interval] = SENTENCE.exec(text) ?? [];
  return html`<h1>${said}${interval === undefined ? '' : html` <small>${interval}</small>`}</h1><p class="lede">${lede(data)}</p>`;
}

function lede({ comparison: { verdict, benchmarks, grader } }: CompareData): string {
  if (benchmarks.length === 0) return 'No set of theirs can be paired: what is red below must agree first.';
  const sum = (of: (row: (typeof benchmarks)[number]) => number) =>
    benchmarks.reduce((total, row) => total + of(row), 0);
  const [won, lost] = [sum(({ gained }) => gained.length), sum((row) => row.lost.length)];
  const turned = `${won} of ${counted(
    sum(({ problems }) => problems),
    'problem',
  )} turn right, ${lost} turn wrong`;
  const how = `by the grader ${grader}. All intervals are 95 %.`;
  if (verdict.kind === 'blocked')
    return `What is red below must agree first. In the sets that pair, ${turned}, ${how}`;
  const mean = benchmarks.length === 1 ? '' : `, mean of ${benchmarks.length} sets`;
  return `Paired by problem${mean}. ${turned}, ${how}`;
}

function sides({ a, b, graders, comparison }: CompareData, query: CompareQuery): Html {
  const at = (changed: Partial<CompareQuery>) =>
    pages.compare(a.evaluation, b.evaluation, compareQuery(query, changed));
  const choice = (grader: (typeof graders)[number]) =>
    html`<a href="${at({ grader })}"${grader === comparison.grader ? html` aria-current="true"` : ''}>${grader}</a>`;
  const chooser =
    graders.length < 2
      ? ''
      : html`<nav class="seg" style="margin-top:1rem" aria-label="Grader"><span>Grader</span>${graders.map(choice)}</nav>`;
  const swapped = pages.compare(b.evaluation, a.evaluation, compareQuery({ ...query, flips: 'all' }, {}));
  return html`<div class="ab">${sideCard('A', a)}<a href="${swapped}" aria-label="Swap A and B">⇄ swap</a>${sideCard('B', b)}</div>${chooser}`;
}

function sideCard(letter: 'A' | 'B', { evaluation, model, checkpoint }: ComparedSide): Html {
  const from =
    checkpoint === null
      ? html`a model given by hand`
      : html`<a href="${pages.run(checkpoint.run)}">run ${shortId(checkpoint.run)}</a>, step ${checkpoint.step}`;
  return html`<div><b>${letter} · <a href="${pages.evaluation(evaluation)}">evaluation ${shortId(evaluation)}</a></b><small>${from} · model <code title="${model}">${shortId(model)}</code></small></div>`;
}
