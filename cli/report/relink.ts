/**
 * Pages without their server. Every text in a page is escaped, so that `<` begins a tag and `"` ends an attribute wherever they
 * stand; what is taken out here never holds another of its kind.
 */

/** Where a link of the pages leads in a report; `undefined`: nowhere. */
export type Resolve = (address: string) => string | undefined;

/** Forms, and what the script of the pages does. */
const NEEDS_SERVER =
  /<form\b[\s\S]*?<\/form>|<script\b[\s\S]*?<\/script>|<li><button\b[^<]*<\/button><\/li>|<button\b[\s\S]*?<\/button>|<aside class="keys"[\s\S]*?<\/aside>|<span>Press <kbd>\?<\/kbd> for keys<\/span>/g;
const CHOICES = /<nav class="seg"[\s\S]*?<\/nav>/g;
/** The end of a fact, or an item of a list, that is nothing but a link. */
const MERE_LINK =
  / · <a href="([^"]*)"[^>]*>[^<]*<\/a>(?=<\/dd>)|<li><a href="([^"]*)"[^>]*>[^<]*<\/a><\/li>/g;
const EMPTY_LIST = /<ul class="links"><\/ul>/g;
const ANCHOR = /<a\b([^>]*?) href="([^"]*)"([^>]*)>/g;
const RELATION = /<link rel="(?:up|prev|next)" href="([^"]*)">/g;

/**
 * Markup of the pages with its links led elsewhere. A link that leads nowhere becomes text; forms, choices of which none
 * leads anywhere, and what needs the script of the pages are left out.
 */
export function relink(markup: string, resolve: Resolve): string {
  const target = (href: string) => resolved(href, resolve);
  return markup
    .replaceAll(NEEDS_SERVER, '')
    .replaceAll(CHOICES, (nav) => (hasChoice(nav, target) ? nav : ''))
    .replaceAll(MERE_LINK, (whole, a: string | undefined, b: string | undefined) =>
      target(a ?? b ?? '') === undefined ? '' : whole,
    )
    .replaceAll(EMPTY_LIST, '')
    .replaceAll(RELATION, (whole, href: string) => {
      const found = target(href);
      return found === undefined ? '' : whole.replace(`"${href}"`, `"${found}"`);
    })
    .replaceAll(ANCHOR, (_, before: string, href: string, after: string) => {
      const found = target(href);
      return found === undefined
        ? `<a${withoutName(before)}${withoutName(after)}>`
        : `<a${before} href="${found}"${after}>`;
    });
}

/** Whether one can choose something else than what is shown. */
function hasChoice(nav: string, target: (href: string) => string | undefined): boolean {
  return [...nav.matchAll(ANCHOR)].some(
    ([whole, , href = '']) => !whole.includes('aria-current') && target(href) !== undefined,
  );
}

/** In an attribute, as it is found there. */
function resolved(href: string, resolve: Resolve): string | undefined {
  if (!href.startsWith('/')) return href; // an anchor, or a link of the report's own
  const found = resolve(href.replaceAll('&amp;', '&'));
  return found?.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** What is no link has no name of its own to be told by. */
function withoutName(attributes: string): string {
  return attributes.replace(/ aria-label="[^"]*"/, '');
}
