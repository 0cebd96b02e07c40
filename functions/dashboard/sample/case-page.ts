import { html } from 'hono/html';
import { z } from 'zod';
import { pages } from '../shell/address.ts';
import type { Table } from '../shell/csv.ts';
import { shortId } from '../shell/format.ts';
import { page, type View } from '../shell/page.ts';
import { mathText } from '../text/math-text.ts';
import { visibleText } from '../text/visible-text.ts';
import { type CaseData, readCaseData } from './case-data.ts';
import { SampleParams } from './sample-params.ts';

/** A sample as test cases of the verifier, to be kept, sent on or judged again elsewhere. */
export const casePage = page({
  path: '/evaluations/:evaluation/samples/:benchmark/:problem/:sample/case',
  params: SampleParams,
  query: z.strictObject({}),
  read: ({ evaluation, item }, _, ports) => readCaseData(evaluation, item, ports),
  view: caseView,
  table: caseTable,
});

function caseView({ question, cases }: CaseData, { path }: { readonly path: string }): View {
  const sample = path.slice(0, path.lastIndexOf('/'));
  const [, , evaluation = '', , benchmark, problem, number] = path.split('/');
  const name = `${benchmark}/${problem} · ${number}`;
  const lines = cases.map((each) => `${exactJson(each)}\n`).join('');
  return {
    title: `${name} as a test case`,
    tab: 'evaluations',
    crumbs: [
      { label: 'Evaluations', href: pages.evaluations() },
      { label: `evaluation ${shortId(evaluation)}`, href: pages.evaluation(evaluation) },
      { label: name, href: sample },
      { label: 'test case' },
    ],
    live: false,
    body: html`<h1>A test case of the verifier</h1>
<p class="lede">One line for each grader: for <code>oneshot verify --batch FILE</code>. The <a href="${path}.json">.json</a> of this page is what <code>POST /v1/verify</code> takes.</p>
<p class="question">${mathText(question)}</p>
<pre class="cmd wrapped" tabindex="0" role="region" aria-label="Cases as JSON lines"><bdi>${lines}</bdi></pre>`,
    command: 'oneshot verify --batch FILE',
  };
}

/** JSON whose every character may stand on a page: what would be obeyed is escaped, so that a copy says the same. */
function exactJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[^ -~]+/g, (letters) =>
    [...letters].map((letter) => (visibleText(letter) === letter ? letter : escaped(letter))).join(''),
  );
}

function escaped(letter: string): string {
  return letter
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function caseTable({ cases }: CaseData): Table {
  const columns = ['id', 'gold', 'completion', 'mode', 'options'];
  const rows = cases.map(({ id, gold, completion, mode, options }) => [
    ...[id, JSON.stringify(gold), completion, mode, JSON.stringify(options)],
  ]);
  return { columns, rows };
}
