import { html } from 'hono/html';
import type { Sample } from '../../results/evaluations/sample-view.ts';
import type { Html } from '../html.ts';
import { clipped } from '../sample/sample-parts.ts';
import { counted } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import { matchedPassage } from './matched-passage.ts';

/** Of a question in a row of the list. */
const MOST_QUESTION = 160;

/** Where a row leads to, and how it is marked. */
export interface RowLinks {
  /** The sample beside the list, for windows that are wide enough. */
  readonly beside: string;
  /** The page of the sample. */
  readonly page: string;
  readonly isOpen: boolean;
  /** A reader disagrees with a verdict on it. */
  readonly isNoted: boolean;
}

/** A sample as a row: its verdict, what was asked and read, and the passage that was looked for. */
export function sampleRow(
  item: Sample,
  q: string | undefined,
  { beside, page, isOpen, isNoted }: RowLinks,
): Html {
  const { problem, sample, question, verdict, tokens, truncated, disagree } = item;
  const { glyph, words, right } = verdictWords[verdict];
  const name = html`${problem} · ${sample}`;
  const current = isOpen ? html` aria-current="true"` : '';
  const flags = [
    ...(truncated ? ['cut at the limit'] : []),
    ...(disagree ? ['graders disagree'] : []),
    ...(isNoted ? ['a reader disagrees'] : []),
  ];
  const asked = question.length > MOST_QUESTION ? `${question.slice(0, MOST_QUESTION)}…` : question;
  return html`<li data-row${isOpen ? html` class="open"` : ''}><p class="rh"><a class="wide" href="${beside}"${current}>${name}</a><a class="narrow" href="${page}">${name}</a><span class="v ${right ? 'r' : 'w'}">${glyph} ${words}</span></p><p class="q">${visibleLine(asked)}</p><p class="why">${answers(item, right)} · ${counted(tokens, 'token')}${flags.map((flag) => html` · <b class="may">▲ ${flag}</b>`)}</p>${passage(item, q)}</li>`;
}

function answers({ gold, extracted }: Sample, right: boolean): Html {
  const wanted = clipped(typeof gold === 'string' ? gold : (gold[0] ?? ''));
  const read = extracted === null ? html`nothing read` : html`read <code>${clipped(extracted)}</code>`;
  return right ? read : html`${read}, reference <code>${wanted}</code>`;
}

function passage({ completion, question }: Sample, q: string | undefined): Html | string {
  if (q === undefined) return '';
  const found = matchedPassage(completion, q);
  if (!found) return matchedPassage(question, q) ? html`<p class="why">The question holds it.</p>` : '';
  return html`<p class="hitp"><bdi>${visibleLine(found.before)}<mark>${visibleLine(found.match)}</mark>${visibleLine(found.after)}</bdi></p>`;
}
