import { posix } from 'node:path';
import { dashboard } from '#functions/dashboard/app.ts';
import { assets } from '#functions/dashboard/assets/assets.ts';
import type { DashboardPorts } from '#functions/dashboard/dashboard-ports.ts';
import { canonical, frozenName, isSample, type WantedPages, wants } from './frozen-pages.ts';
import { relink } from './relink.ts';

/** A file of a frozen folder. */
export interface FrozenFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The report itself, beside its pages. */
export const INDEX = 'index.html';
/** A browser that reads from the disk knows no origin that `'self'` could mean. */
const POLICY =
  "default-src 'none'; style-src-elem 'self' file:; style-src-attr 'unsafe-inline'; img-src 'self' file:";

/** Pages by their addresses, as the dashboard answers them. */
export interface FrozenPages {
  readonly files: readonly FrozenFile[];
  /** The file of an address, from the report; `undefined` where it is not among them. */
  readonly resolve: (address: string) => string | undefined;
  /** What is wanted and cannot be shown, such as a step whose journal is damaged: each with the reason. */
  readonly failed: readonly string[];
}

/**
 * Asks the dashboard for the pages that are wanted, following their links, and leads those links to files.
 *
 * @param onPage - hears how many pages are there
 */
export async function freezePages(
  wanted: WantedPages,
  ports: DashboardPorts,
  onPage: (done: number) => void,
): Promise<FrozenPages> {
  const { pages, failed } = await gather(wanted, ports, onPage);
  const resolverFrom = (from: string) => (address: string) => {
    const [page = '', fragment] = address.split('#');
    const path = page === '/' ? INDEX : nameOf(page, pages);
    if (path === undefined) return undefined;
    return posix.relative(posix.dirname(from), path) + (fragment === undefined ? '' : `#${fragment}`);
  };
  const files = [...pages].map(([address, text]): FrozenFile => {
    const path = frozenName(address);
    return { path, text: path.endsWith('.html') ? still(text, path, resolverFrom(path)) : text };
  });
  const { style, icon } = assets;
  const kept = [style, icon].map(({ path, text }) => ({ path: path.slice(1), text }));
  return { files: [...kept, ...files], resolve: resolverFrom(INDEX), failed };
}

/** Pages by canonical address, in the order in which they were found. What is no longer there, such as a removed step, is left out. */
async function gather(
  wanted: WantedPages,
  ports: DashboardPorts,
  onPage: (done: number) => void,
): Promise<{ readonly pages: ReadonlyMap<string, string> } & Pick<FrozenPages, 'failed'>> {
  const app = dashboard(ports);
  const pages = new Map<string, string>();
  const failed: string[] = [];
  const open = wanted.seeds.map(canonical);
  const met = new Set(open);
  for (const address of open) {
    const response = await app.request(address, { headers: { Authorization: 'Bearer report' } });
    const text = await response.text();
    if (response.status >= 500) failed.push(`${address}: ${text}`);
    if (response.status !== 200) continue;
    pages.set(address, text);
    onPage(pages.size);
    for (const found of linksIn(text)) {
      if (met.has(found) || !wants(wanted, found, open.filter(isSample).length)) continue;
      met.add(found);
      open.push(found); // it is come to later in this loop
    }
  }
  return { pages, failed };
}

/** Pages that a page leads to, as canonical addresses. */
function linksIn(text: string): readonly string[] {
  return [...text.matchAll(/ href="(\/[^"#]*)/g)].map(([, href = '']) =>
    canonical(href.replaceAll('&amp;', '&')),
  );
}

function nameOf(address: string, pages: ReadonlyMap<string, string>): string | undefined {
  const known = canonical(address);
  return pages.has(known) ? frozenName(known) : undefined;
}

const HEADER = /<header class="top">[\s\S]*?<\/header>/;

/** A page as a file: without what needs a server or a script, its style beside it. */
function still(text: string, path: string, resolve: (address: string) => string | undefined): string {
  const to = (file: string) => posix.relative(posix.dirname(path), file);
  const header = `<header class="top"><div class="wrap"><a class="brand" href="${to(INDEX)}">oneshot</a><nav class="tabs" aria-label="Main"><a href="${to(INDEX)}">Report</a></nav></div></header>`;
  return relink(text, resolve)
    .replace(
      '<meta charset="utf-8">',
      `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    )
    .replace(`href="${assets.style.path}"`, `href="${to(assets.style.path.slice(1))}"`)
    .replace(`href="${assets.icon.path}"`, `href="${to(assets.icon.path.slice(1))}"`)
    .replace(HEADER, header);
}
