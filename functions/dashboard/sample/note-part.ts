import { html } from 'hono/html';
import { HeldVerdict, MOST_NOTE_CHARACTERS } from '#shared/records/notes.ts';
import type { NoteView } from '../../results/evaluations/notes.ts';
import { byProgram, secretFields } from '../action-form.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { dateText } from '../shell/format.ts';
import { visibleText } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import { claimOf, FIELDS } from './objection.ts';
import type { SampleData } from './sample-data.ts';

/** Who looks, and the page that is shown after a change. */
interface Writing {
  readonly csrf: string | undefined;
  readonly next: string;
}

type Noted = Pick<SampleData, 'evaluation' | 'problem' | 'sample' | 'verdicts' | 'notes'>;

/** What readers say against the verdicts, and the form in which one more does. */
export function notePart(data: Noted, writing: Writing): Html {
  const { notes, evaluation, problem, sample } = data;
  const how =
    writing.csrf === undefined
      ? byProgram(
          'To disagree with a verdict',
          `/v1/evaluations/${evaluation}/samples/${problem}/${sample}/notes`,
        )
      : objectionForm(data, { ...writing, csrf: writing.csrf });
  const told =
    notes.length === 0
      ? ''
      : html`<ul class="lines notes">${notes.map((note) => html`<li>${noteLine(note)}${withdrawForm(note, writing)}</li>`)}</ul>`;
  return html`<section class="near" id="notes"><h2>${notes.length === 0 ? 'Is a verdict wrong?' : 'Readers disagree'}</h2>${told}${how}</section>`;
}

/** A note in words: what the grader said, what is held right, why, and when. */
export function noteLine({ grader, said, holds, text, createdAt }: NoteView): Html {
  const reason = text === null ? '' : html`<blockquote class="t">${visibleText(text)}</blockquote>`;
  return html`<p><b>${grader}</b> says ${verdict(said)}, a reader holds ${verdict(holds)} <small>${dateText(Date.parse(createdAt))}</small></p>${reason}`;
}

function verdict(kind: NoteView['said']): Html {
  const { glyph, words, right } = verdictWords[kind];
  return html`<span class="v ${right ? 'r' : 'w'}">${glyph} ${words}</span>`;
}

function withdrawForm({ evaluation, note }: NoteView, { csrf, next }: Writing): Html | string {
  if (csrf === undefined) return '';
  return html`<form method="post" action="/evaluations/${evaluation}/notes/${note}/withdraw">${secretFields(csrf, next)}<button class="quiet">Withdraw</button></form>`;
}

/** One choice for each verdict and each other that may be right: what is sent cannot contradict itself. */
function objectionForm(
  { evaluation, problem, sample, verdicts }: Noted,
  { csrf, next }: Writing & { readonly csrf: string },
): Html {
  const choices = verdicts.flatMap(({ grader, verdict: said }) =>
    HeldVerdict.options
      .filter((holds) => holds !== said)
      .map((holds) => {
        const [now, instead] = [verdictWords[said], verdictWords[holds]];
        return html`<option value="${claimOf(grader, holds)}">${grader} says ${now.words}, but it is ${instead.words}</option>`;
      }),
  );
  return html`<form class="choose" method="post" action="${pages.sample(evaluation, problem, sample)}/notes">${secretFields(csrf, next)}<label>I disagree<select name="${FIELDS.claim}">${choices}</select></label><label>Why, if you like<textarea name="${FIELDS.text}" rows="3" maxlength="${MOST_NOTE_CHARACTERS}"></textarea></label><button>Store the note</button><p class="note">No score changes. The note is counted on the page of the <a href="${pages.audit({ evaluation })}">verifier</a>.</p></form>`;
}
