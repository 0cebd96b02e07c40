import { html } from 'hono/html';
import type { NoteView } from '../../results/evaluations/notes.ts';
import { percent, rangeText } from '../../results/format-score.ts';
import type { Html } from '../html.ts';
import { noteLine } from '../sample/note-part.ts';
import { pages } from '../shell/address.ts';
import { counted, NONE, number, shortId } from '../shell/format.ts';
import { visibleLine } from '../text/visible-text.ts';
import { verdictWords } from '../verdict-words.ts';
import type { NoteKind, ReaderNotes } from './reader-notes.ts';

/** Notes that are shown, the newest. */
const MOST_SHOWN = 20;

/** Where readers disagree with a grader: how often, and the newest notes with a way to their samples. */
export function noteSection({ notes, kinds, noted, of, share, interval }: ReaderNotes): Html {
  if (notes.length === 0)
    return html`<section class="near" id="notes"><h2>What readers say</h2><p class="note">No reader has disagreed with a verdict on these completions. The page of a sample has a form for it.</p></section>`;
  const rate =
    share === null || interval === null
      ? ''
      : html`, <b>${percent(share)} %</b> (${rangeText({ mean: share, interval, bounds: interval })})`;
  const rest =
    notes.length > MOST_SHOWN
      ? html`<p class="note">${counted(notes.length - MOST_SHOWN, 'older note')} in this page’s .json.</p>`
      : '';
  return html`<section class="near" id="notes"><h2>What readers say</h2><p class="note">Notes on ${number(noted)} of ${counted(of, 'completion')}${rate}. Readers look where they suspect something: these are the verdicts that are held wrong so far, not an estimate of how many are.</p><div class="scroll" tabindex="0" role="region" aria-label="Notes of readers by what they say"><table><thead><tr><th scope="col">Benchmark</th><th scope="col">Grader</th><th scope="col">Said</th><th scope="col">Readers hold</th><th class="n" scope="col">Completions</th><th class="n" scope="col">Share, % (95 %)</th></tr></thead><tbody>${kinds.map(kindRow)}</tbody></table></div><ul class="lines notes">${notes.slice(0, MOST_SHOWN).map(noteItem)}</ul>${rest}</section>`;
}

function noteItem(note: NoteView): Html {
  const { evaluation, problem, sample } = note;
  return html`<li data-row><p><a href="${pages.sample(evaluation, problem, sample)}#notes">${problem} · ${sample}</a> <small>evaluation ${shortId(evaluation)}</small></p>${noteLine(note)}</li>`;
}

function kindRow({ benchmark, grader, said, holds, noted, of, share, interval }: NoteKind): Html {
  const word = (verdict: NoteKind['said']) => {
    const { glyph, words, right } = verdictWords[verdict];
    return html`<b class="v ${right ? 'r' : 'w'}">${glyph} ${words}</b>`;
  };
  const rate =
    share === null || interval === null
      ? NONE
      : html`<b>${percent(share)}</b> <small>${rangeText({ mean: share, interval, bounds: interval })}</small>`;
  return html`<tr><th scope="row">${visibleLine(benchmark)}</th><td>${grader}</td><td>${word(said)}</td><td>${word(holds)}</td><td class="n">${number(noted)} <small>of ${number(of)}</small></td><td class="n">${rate}</td></tr>`;
}
