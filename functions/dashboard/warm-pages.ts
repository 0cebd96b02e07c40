import { allPages } from './pages.ts';
import type { AnyPage } from './shell/page.ts';

/** A link of a page to another, as templates write it. */
const LINK = /href="(\/[^"#]*)/g;

/**
 * Shows a page of each kind to nobody, as a reader would come to it from `/`: the first reader then waits neither for code
 * that has never run nor for the records of what is newest.
 *
 * @param show - the HTML of an address; of a page that cannot be shown, that of the error
 * @param signal - no further page is begun once it is aborted
 */
export async function warmPages(
  show: (address: string) => Promise<string>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map<AnyPage, string>();
  const shown = new Set<AnyPage>();
  const note = (address: string) => {
    const page = pageAt(address);
    if (page) known.set(page, address);
  };
  note('/');
  while (!signal.aborted) {
    const next = allPages.find((page) => known.has(page) && !shown.has(page));
    if (!next) return;
    shown.add(next);
    const address = known.get(next) as string; // it was found by that
    for (const [, link] of (await show(address)).matchAll(LINK)) note((link ?? '').replaceAll('&amp;', '&'));
  }
}

function pageAt(address: string): AnyPage | undefined {
  const [path = ''] = address.split('?');
  return FORMS.find(([form]) => form.test(path))?.[1];
}

/** Paths of pages; those with an ending are the same as data. */
const FORMS = allPages.map(
  (page) => [new RegExp(`^${page.path.replaceAll(/:\w+/g, '[^/.]+')}$`), page] as const,
);
