import { html } from 'hono/html';
import type { Html } from './html.ts';

/** What a button changes, and the page that is shown after it. */
export interface Action {
  readonly action: 'retry' | 'cancel';
  readonly label: string;
  readonly evaluation: string;
  readonly next: string;
}

/** A button that changes an evaluation. @param csrf - `undefined`: whoever looks may not write, and there is none */
export function actionForm(
  { action, label, evaluation, next }: Action,
  csrf: string | undefined,
): Html | undefined {
  return form(`/evaluations/${evaluation}/${action}`, { label, next }, csrf);
}

/** The button for a retry, or how else one asks for it. */
export function retryForm(asked: Omit<Action, 'action'>, csrf: string | undefined): Html {
  return (
    actionForm({ ...asked, action: 'retry' }, csrf) ??
    byProgram('To retry it', `/v1/evaluations/${asked.evaluation}/retry`)
  );
}

/** The button that puts a dead letter back on its queue, or how else one does that. */
export function redriveForm(
  { letter, ...asked }: Pick<Action, 'label' | 'next'> & { readonly letter: string },
  csrf: string | undefined,
): Html {
  return (
    form(`/dead-letters/${letter}/redrive`, asked, csrf) ??
    byProgram('To redrive it', `/v1/dead-letters/${letter}/redrive`)
  );
}

function form(
  action: string,
  { label, next }: Pick<Action, 'label' | 'next'>,
  csrf: string | undefined,
): Html | undefined {
  if (csrf === undefined) return undefined;
  return html`<form method="post" action="${action}">${secretFields(csrf, next)}<button>${label}</button></form>`;
}

/** What every form holds that changes something: that it is this visitor's, and the page after it. */
export function secretFields(csrf: string, next: string): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="next" value="${next}">`;
}

/** How else one asks for what a button does. */
export function byProgram(what: string, path: string): Html {
  return html`<p class="note">${what}: <code>POST ${path}</code> with a token that may write.</p>`;
}
