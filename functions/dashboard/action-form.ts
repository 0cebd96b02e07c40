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
  if (csrf === undefined) return undefined;
  return html`<form method="post" action="/evaluations/${evaluation}/${action}"><input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="next" value="${next}"><button>${label}</button></form>`;
}

/** The button for a retry, or how else one asks for it. */
export function retryForm(asked: Omit<Action, 'action'>, csrf: string | undefined): Html {
  return (
    actionForm({ ...asked, action: 'retry' }, csrf) ??
    html`<p class="note">To retry it: <code>POST /v1/evaluations/${asked.evaluation}/retry</code> with a token that may write.</p>`
  );
}
