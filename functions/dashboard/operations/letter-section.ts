import { html } from 'hono/html';
import { factsOf } from '#shared/error-codes/codes.ts';
import { redriveForm } from '../action-form.ts';
import type { Html } from '../html.ts';
import { pages } from '../shell/address.ts';
import { shortId } from '../shell/format.ts';
import { codeText } from '../text/code-text.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { OperationsData } from './operations-data.ts';
import { sourceLink } from './source-link.ts';

type Letter = OperationsData['letters'][number];

/** What no worker managed to handle, why, and the button that puts it back on its queue. */
export function letterSection({ letters }: OperationsData, csrf: string | undefined): Html {
  if (letters.length === 0)
    return html`<section id="letters"><h2>Dead letters</h2><p class="note">None: whatever was sent, some worker has handled or handles it.</p></section>`;
  return html`<section id="letters"><h2>Dead letters</h2><p class="note">Messages that no worker managed to handle, however often. Their rounds have ended with what is missing counted, and nothing is lost: mend the cause, which the log of the stage says, then redrive. For checkpoints of a run <code>oneshot eval RUN</code> does the same.</p>${letters.map((letter) => alert(letter, csrf))}</section>`;
}

function alert(letter: Letter, csrf: string | undefined): Html {
  return html`<div class="alert" id="l-${letter.letter}" data-row><p>${what(letter)}</p>${wayOut(letter, csrf)}</div>`;
}

function what({ kind, letter, evaluation, round, reasons, detail, source, redriven }: Letter): Html {
  if (kind === 'message') {
    const again = redriven ? html` <b>Sent again</b>; kept to be looked at.` : '';
    return html`<b class="bad">✕ Message</b> <code title="${letter}">${letter.slice(0, 8)}</code> fits no stage:${again} <code>${visibleLine(detail)}</code>`;
  }
  const counts = Object.entries(reasons).map(
    ([code, count]) => html` <code>${visibleLine(code)}</code> × ${count}`,
  );
  return html`<b class="bad">✕ Evaluation</b> <a href="${pages.evaluation(evaluation ?? '')}">${shortId(evaluation ?? '')}</a> of ${sourceLink(source)}${round === 0 ? '' : `, retry ${round}`}:${counts}. ${visibleLine(detail)}`;
}

/** The button, or why there is none. */
function wayOut({ letter, obstacle, redriven }: Letter, csrf: string | undefined): Html {
  if (obstacle !== null) return html`<p class="note">${codeText(factsOf(obstacle)?.advice ?? obstacle)}</p>`;
  const label = redriven ? 'Redrive again' : 'Redrive';
  return redriveForm({ letter, label, next: pages.operations() }, csrf);
}
