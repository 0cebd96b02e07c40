import { posix } from 'node:path';

/** What the repository holds. */
export interface Repository {
  /** Relative to the root. */
  readonly files: ReadonlySet<string>;
  /** Names of the npm scripts. */
  readonly scripts: ReadonlySet<string>;
  readonly read: (file: string) => string;
}

const CODE_BLOCK = /^ *```[\s\S]*?^ *``` *$/gm;
const LINK = /\]\(<?([^)\s>]+)>?\)/g;
/** A path that may be ours: without globs, placeholders and addresses. */
const QUOTED = /`((?:[\w.-]+\/)*[\w.-]+(?:\.[a-z]+|\/))`/g;
/** A document that a comment or an error text names without quotes. */
const DOCUMENT = /(?<![\w/.`(-])docs\/[\w/-]*\w(?:\.(?:md|png))?(?:#[\w-]+)?/g;
const SCRIPT = /\bnpm run (?:--?[\w-]+ )*([\w:-]+)/g;
const COMMENT = /^\s*(?:\/\*|\*|\/\/).*|(?<=\s)\/\/ .*/gm;

/** Links, paths and npm scripts that `file` names and that do not exist, as they are written there. */
export function brokenLinks(file: string, { files, scripts, read }: Repository): readonly string[] {
  const text = read(file);
  const folder = posix.dirname(file);
  const folders = foldersOf(files);
  const leads = (link: string, from: string): boolean => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : posix.join(from, path).replace(/\/$/, '');
    if (!files.has(target)) return folders.has(target);
    return anchor === undefined || anchorsOf(read(target)).has(anchor);
  };
  const isOurs = (path: string) =>
    /\.(ts|py|md)$/.test(path) || (path.includes('/') && folders.has(path.split('/')[0] ?? ''));
  // A path starts at the root, at the file's own folder or at its top folder.
  const isThere = (path: string): boolean =>
    path.includes('/')
      ? ['.', folder, file.split('/')[0] ?? ''].some((from) => leads(path, from))
      : [...files].some((known) => posix.basename(known) === path);
  const isDocument = (path: string): boolean =>
    leads(path, '.') || [...files].some((known) => /\/\d{4}$/.test(path) && known.startsWith(`${path}-`));

  const prose = proseOf(file, text);
  const links = file.endsWith('.md') ? matches(LINK, prose).filter((link) => !/^[a-z]+:/.test(link)) : [];
  return [
    ...links.filter((link) => !leads(link, folder)),
    ...matches(QUOTED, prose).filter((path) => isOurs(path) && !isThere(path)),
    ...matches(DOCUMENT, file.endsWith('.md') ? prose : text).filter((path) => !isDocument(path)),
    ...matches(SCRIPT, text).filter((name) => !scripts.has(name)),
  ];
}

/** What GitHub calls the headings of a page; links name them after `#`. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of matches(/^#{1,6} +(.+?) *$/gm, markdown.replace(CODE_BLOCK, ''))) {
    const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = shown.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let times = 0;
    while (anchors.has(times === 0 ? anchor : `${anchor}-${times}`)) times += 1;
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

/** What of a file is written for people: of Python all of it, where nothing but prose is back-quoted. */
function proseOf(file: string, text: string): string {
  if (file.endsWith('.md')) return text.replace(CODE_BLOCK, '');
  if (file.endsWith('.py')) return text;
  return matches(COMMENT, text).join('\n');
}

function foldersOf(files: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set(['.']);
  for (const file of files) {
    for (let at = file.indexOf('/'); at >= 0; at = file.indexOf('/', at + 1)) folders.add(file.slice(0, at));
  }
  return folders;
}

function matches(pattern: RegExp, text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([whole, group]) => group ?? whole);
}
