import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { KnownError } from '#shared/errors.ts';
import { Digest, Sha256 } from '#shared/records/ids.ts';
import { assertGiven, formOf } from './access/own-form.ts';
import { ownPath, signOut } from './access/sign-in-routes.ts';
import { type Visitor, visitorOf } from './access/visitor.ts';
import type { DashboardPorts } from './dashboard-ports.ts';
import { objectionIn } from './sample/objection.ts';
import { SampleParams } from './sample/sample-params.ts';
import { pageHeaders } from './shell/page-headers.ts';

const Evaluation = z.object({ evaluation: Digest }).transform(({ evaluation }) => evaluation);
const Note = z.object({ evaluation: Digest, note: Digest });
const Letter = z.object({ letter: z.union([Digest, Sha256]) }).transform(({ letter }) => letter);

/** What buttons do: each needs a form of this visitor's own, and all but signing out the scope `write`. */
export function actionRoutes({ tokens, actions }: Pick<DashboardPorts, 'tokens' | 'actions'>): Hono {
  const change =
    <Named>(named: z.ZodType<Named>, act: (name: Named, form: URLSearchParams) => Promise<unknown>) =>
    async (context: Context) => {
      const { visitor, form } = await ownForm(context, tokens);
      if (visitor.scope !== 'write')
        throw new KnownError(
          'scope-insufficient',
          'Your token may read only. Sign in with one that may write.',
        );
      const asked = named.safeParse(context.req.param());
      if (!asked.success)
        throw new KnownError('request-invalid', 'The address names nothing that could be changed.');
      await act(asked.data, form);
      return context.redirect(ownPath(form.get('next') ?? undefined), 303);
    };
  return new Hono()
    .post('/sign-out', pageHeaders, async (c) => {
      await ownForm(c, tokens);
      return signOut(c);
    })
    .post('/evaluations/:evaluation/retry', pageHeaders, change(Evaluation, actions.retry))
    .post('/evaluations/:evaluation/cancel', pageHeaders, change(Evaluation, actions.cancel))
    .post('/dead-letters/:letter/redrive', pageHeaders, change(Letter, actions.redrive))
    .post(
      '/evaluations/:evaluation/samples/:benchmark/:problem/:sample/notes',
      pageHeaders,
      change(SampleParams, ({ evaluation, item }, form) => actions.note(evaluation, item, objectionIn(form))),
    )
    .post(
      '/evaluations/:evaluation/notes/:note/withdraw',
      pageHeaders,
      change(Note, ({ evaluation, note }) => actions.withdraw(evaluation, note)),
    );
}

/** @throws {KnownError} `token-missing`, `origin-foreign`, `form-foreign` */
async function ownForm(
  context: Context,
  tokens: DashboardPorts['tokens'],
): Promise<{ readonly visitor: Visitor; readonly form: URLSearchParams }> {
  const form = await formOf(context);
  const visitor = await visitorOf(context, tokens);
  if (!visitor) throw new KnownError('token-missing', 'You are signed out. Sign in and repeat it.');
  assertGiven(form, visitor.csrf);
  return { visitor, form };
}
