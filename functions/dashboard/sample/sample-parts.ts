import { html } from 'hono/html';
import { FUEL_PER_VERDICT } from '#shared/verifier/fuel.ts';
import type { ExplainedProbe, Method } from '#shared/verifier/verification.ts';
import type { Html } from '../html.ts';
import { counted, number } from '../shell/format.ts';
import { answerIn, completionText, leftOut, middleOf } from '../text/completion-text.ts';
import { mathText } from '../text/math-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import type { Check } from './check-again.ts';
import type { SampleData } from './sample-data.ts';
import type { Warning } from './sample-warnings.ts';

/** Characters that are shown letter by letter; the whole is at `.json`. */
const MOST_SOURCE = 300_000;
/** Characters whose formulas are looked for: what is hostile takes time that grows faster than its length. */
const MOST_RENDERED = 20_000;
/** Of what was read: an answer is shorter. */
const MOST_READ = 200;
/** Id of the answer in a completion. */
const ANSWER = 'answer';

/** The question, and the reference answers. */
export function problemPart({ question, gold }: Pick<SampleData, 'question' | 'gold'>): Html {
  const golds = (typeof gold === 'string' ? [gold] : gold).filter((each) => each !== '');
  const wanted =
    golds.length === 0
      ? html`<p class="note">The problem is not in the store any more.</p>`
      : html`<p class="gold">Reference ${golds.length === 1 ? 'answer' : 'answers, any of which counts'}: ${golds.map((each) => html`<mark>${mathText(each)}</mark> `)}</p>`;
  return html`<p class="question">${mathText(question)}</p>${wanted}`;
}

/** What a reader should know first, in words. */
export function warningPart({ warnings }: Pick<SampleData, 'warnings'>): Html | string {
  if (warnings.length === 0) return '';
  return html`<div class="same amber"><p><span class="may">▲ Look twice</span></p><ul class="lines">${warnings.map((each) => html`<li>${explained(each)}</li>`)}</ul></div>`;
}

function explained(warning: Warning): Html {
  switch (warning.kind) {
    case 'truncated':
      return html`It was cut at the limit${warning.limit === null ? '' : html` of ${counted(warning.limit, 'token')}`}: what would have come next is unknown.`;
    case 'repeats':
      return html`Its end repeats ${counted(warning.characters, 'character')} ${number(warning.times)} times.`;
    case 'boxes':
      return html`It holds ${number(warning.boxes)} boxes; the last one counts, or a list of those that stand together.`;
    case 'gold-elsewhere':
      return warning.where === 'box'
        ? html`Another box holds <code>${clipped(warning.text)}</code>, which is the reference answer.`
        : html`A tolerant reading finds <code>${clipped(warning.text)}</code>, which is the reference answer.`;
    case 'unit':
      return html`The problem asks for <code>${clipped(warning.unit)}</code>; the answer that was read names no unit.`;
    default:
      return warning satisfies never;
  }
}

/** Every grader's verdict, and how it came about. */
export function verdictPart(data: SampleData): Html {
  return html`<div class="cards">${data.verdicts.map((stored) =>
    verdictCard(
      stored,
      data,
      data.checks.find(({ grader }) => grader === stored.grader),
    ),
  )}</div>`;
}

function verdictCard(
  { grader, verdict, reason, extracted }: SampleData['verdicts'][number],
  { verifier, grader: counting }: SampleData,
  check: Check | undefined,
): Html {
  const { glyph, words, right } = verdictWords[verdict];
  const read = extracted === null ? html`Nothing was read` : html`Read <code>${clipped(extracted)}</code>`;
  const steps = check?.span ? html` ${METHODS[check.method]} <small>(${placeOf(check.span)})</small>` : '';
  return html`<div class="c ${right ? 'right' : 'wrong'}"><p class="ch"><b>${grader}</b>${grader === counting ? html`<span>counts here</span>` : ''}<span class="v">${glyph} ${words}</span></p><p class="step">${read}${steps}.</p>${check?.span ? readingsOf(check) : ''}<p class="step">Rule: <code>${visibleLine(reason)}</code></p>${check ? again(check, verifier) : ''}</div>`;
}

/** From 1, both ends included. */
function placeOf([start, end]: readonly [number, number]): string {
  return end - start > 1 ? `characters ${number(start + 1)}–${number(end)}` : `character ${number(end)}`;
}

/** How the answer was found; behind "Read 42". */
const METHODS: Readonly<Record<Method, string>> = {
  box: 'in the last box',
  boxes: 'in several boxes, as a list',
  phrase: 'behind “the answer is”',
  formula: 'in the last formula',
  number: 'as the last number',
  whole: 'as the whole text',
  given: 'as given',
  none: '',
};

function readingsOf({ readings, probe, goldType }: Check): Html | string {
  if (!readings || readings.gold.length + readings.answer.length === 0) return '';
  const told = (all: readonly string[]) =>
    all.length === 0
      ? 'no value'
      : all.slice(0, 3).map((each, index) => html`${index > 0 ? ' or ' : ''}<code>${clipped(each)}</code>`);
  const values = html`<p class="step">Compared as ${goldType}: reference ${told(readings.gold)}, answer ${told(readings.answer)}</p>`;
  return html`${values}${probe ? probeText(probe) : ''}`;
}

/** Where the two were told apart by numbers; without names and digits these are the values that are shown already. */
function probeText({ at, gold, answer, digits }: ExplainedProbe): Html | string {
  const point = Object.entries(at).map(([name, value]) => `${name} = ${value}`);
  if (point.length === 0 && digits === 0) return '';
  const where = point.length === 0 ? '' : `at ${clipped(point.join(', '))} `;
  return html`<p class="step">Worked out ${where}with ${counted(digits, 'digit')}: reference <code>${clipped(gold)}</code>, answer <code>${clipped(answer)}</code></p>`;
}

function again({ same, verdict, reason, version, fuel }: Check, verifier: string): Html {
  const now = verdictWords[verdict];
  const told = same
    ? html`<span class="ok">✓ same verdict</span>`
    : html`<span class="bad">✕ now ${now.glyph} ${now.words}</span> by <code>${visibleLine(reason)}</code>`;
  const stored = version === verifier ? '' : html`, stored by ${visibleLine(version)}`;
  const work = fuel === 0 ? '' : html`; work ${number(fuel)} of ${number(FUEL_PER_VERDICT)}`;
  return html`<p class="step">Verified again now (${verifier}${stored}): ${told}${work}</p>`;
}

/** How a completion is shown, and where the other way is. */
export interface CompletionChoice {
  readonly show: 'source' | 'rendered';
  readonly at: (show: 'source' | 'rendered') => string;
}

/** The completion with its answer marked and a way to it. */
export function completionPart(data: SampleData, { show, at }: CompletionChoice): Html {
  const { completion, tokens, truncated, grader, checks, verdicts } = data;
  const extracted = verdicts.find((each) => each.grader === grader)?.extracted ?? null;
  const check = checks.find((each) => each.grader === grader);
  const span = (check?.extracted === extracted && check.span) || answerIn(completion, extracted);
  const source = show === 'source';
  const choice = (value: 'source' | 'rendered') =>
    html`<a href="${at(value)}"${value === show ? html` aria-current="true"` : html` data-key="f"`}>${value}</a>`;
  const jump = span ? html`<a href="#${ANSWER}">Jump to the answer</a>` : '';
  const shown = source
    ? completionText(completion, { extracted, span, anchor: ANSWER, most: MOST_SOURCE })
    : rendered(completion, span);
  const empty = completion === '' ? html`<span class="s">The completion is empty.</span>` : shown;
  return html`<div class="sh" style="margin-bottom:.4rem"><div><h2>Completion</h2><p class="note">${counted(tokens, 'token')}${truncated ? ', cut at the limit' : ''}, ${counted(completion.length, 'character')}. ${jump}</p></div><nav class="seg" aria-label="Text"><span>Text</span>${choice('source')}${choice('rendered')}</nav></div><div class="c"><p class="t whole">${empty}</p></div>`;
}

/** With formulas drawn; of a long text its beginning and its end. */
function rendered(completion: string, span: readonly [number, number] | undefined): Html {
  const middle = middleOf(completion, MOST_RENDERED);
  const part = (from: number, to: number) =>
    mathText(
      completion.slice(from, to),
      span && span[0] >= from && span[1] <= to
        ? { span: [span[0] - from, span[1] - from], anchor: ANSWER }
        : undefined,
    );
  if (!middle) return part(0, completion.length);
  const [start, end] = middle;
  return html`${part(0, start)}${leftOut(end - start)}${part(end, completion.length)}`;
}

/** On one line, and no longer than an answer is. */
export function clipped(text: string): string {
  return visibleLine(text.length > MOST_READ ? `${text.slice(0, MOST_READ)}…` : text);
}
