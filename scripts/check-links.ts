/**
 * Every path and link that prose names must exist: links and back-quoted paths of Markdown and of comments in
 * TypeScript and Python, the documents that error texts point to, and the npm scripts that any of them names.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { brokenLinks } from './check-links/broken-links.ts';

const LISTED = ['ls-files', '--cached', '--others', '--exclude-standard'];
const listed = execFileSync('git', LISTED, { encoding: 'utf8' }).trim().split('\n');
const files = new Set(listed.filter((file) => existsSync(file)));
const read = (file: string) => readFileSync(file, 'utf8');
const scripts = new Set(Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts));

// Its own test is full of paths that lead nowhere.
const prose = [...files].filter((file) => /^(?!test\/scripts\/check-links\/).*\.(md|ts|py)$/.test(file));
const broken = prose.flatMap((file) =>
  brokenLinks(file, { files, scripts, read }).map((link) => `${file}: ${link}`),
);
for (const line of broken) console.error(line);
console.log(`${prose.length} files, ${broken.length} broken links, paths or script names`);
if (prose.length === 0 || broken.length > 0) process.exitCode = 1;
