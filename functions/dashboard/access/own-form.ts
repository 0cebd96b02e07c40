import type { Context } from 'hono';
import { KnownError } from '#shared/errors.ts';
import { sameHash } from '../../tokens/same-hash.ts';

/** A note of the longest, each of its characters written as several, fits. */
const LONGEST = 20_000;
/** Values of `Sec-Fetch-Site` for requests that no other site has caused. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * The fields of a form that a page of this server sent.
 *
 * @throws {KnownError} `origin-foreign` where another site did, `body-too-large`
 */
export async function formOf(context: Context): Promise<URLSearchParams> {
  const { req } = context;
  const [site, origin] = [req.header('Sec-Fetch-Site'), req.header('Origin')];
  if (
    (site !== undefined && !OWN_SITES.has(site)) ||
    (origin !== undefined && origin !== new URL(req.url).origin)
  )
    throw new KnownError(
      'origin-foreign',
      'A page of another site may not change anything here. Use a page of this server.',
    );
  const text = await req.text();
  if (text.length > LONGEST)
    throw new KnownError('body-too-large', `A form has at most ${LONGEST} characters.`);
  return new URLSearchParams(text);
}

/** @throws {KnownError} `form-foreign` unless the form was given to this visitor */
export function assertGiven(form: URLSearchParams, csrf: string): void {
  if (sameHash(form.get('csrf') ?? '', csrf)) return;
  throw new KnownError(
    'form-foreign',
    'This form does not belong to your session. Load the page again and repeat it.',
  );
}
