import { statSync } from 'node:fs';
import { csv } from '#functions/dashboard/shell/csv.ts';
import { openPlace } from '#shared/adapters/open-place.ts';
import { printable, printableJson } from '#shared/printable.ts';
import { sizeText } from '../terminal/size-text.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { readReport } from './read-report.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderReport } from './render-report.ts';
import type { ReportData } from './report-data.ts';
import { reportPorts } from './report-ports.ts';
import { saveText } from './save-text.ts';
import { tidyTable } from './tidy-table.ts';
import { writeFolder } from './write-folder.ts';

export interface ReportOptions {
  readonly home: string;
  readonly aws?: string | undefined;
  /** A file; a folder where it ends in a slash or is one; standard output by default, which HTML never goes to. */
  readonly out?: string | undefined;
  readonly markdown: boolean;
  readonly csv: boolean;
  readonly json: boolean;
}

/**
 * Writes a report on runs and evaluations: one HTML file by default, its numbers and texts in another form if asked.
 *
 * @throws {KnownError} as `readReport` does; `output-unwritable`, `disk-full`
 */
export async function report(names: readonly string[], options: ReportOptions): Promise<void> {
  const render = formOf(options);
  const place = await openPlace(options);
  try {
    const ports = reportPorts(place.store);
    const command = [
      'oneshot report',
      ...names,
      ...(options.out === undefined ? [] : ['--out', options.out]),
    ];
    const request = { subjects: names, command: command.join(' '), now: new Date() };
    const data = await readReport(request, ports);
    if (render) await put(render(data), options);
    else await writeFolder(options.out ?? '', data, ports, options);
  } finally {
    place.close();
  }
}

const FORMS = {
  markdown: renderMarkdown,
  csv: (data: ReportData) => csv(tidyTable(data)),
  json: (data: ReportData) => `${printableJson(data)}\n`,
} as const;

/**
 * What is made of the data; `undefined`: a folder of pages.
 *
 * @throws {UsageError} for several forms, pages in another form, or pages without a place
 */
function formOf(options: ReportOptions): ((data: ReportData) => string) | undefined {
  const { out } = options;
  const asked = (['markdown', 'csv', 'json'] as const).filter((name) => options[name]);
  const [form, ...others] = asked;
  const isPages = out !== undefined && isFolder(out);
  if (isPages && (options.markdown || options.csv)) throw usage(`name a file for --${form}, not a folder`);
  if (isPages) return undefined;
  if (others.length > 0) throw usage(`ask for one form: ${asked.map((name) => `--${name}`).join(' or ')}`);
  if (form) return FORMS[form];
  if (out === undefined) throw usage('name a file with --out, such as report.html, or ask for --markdown');
  return (data) => renderReport(data);
}

function isFolder(out: string): boolean {
  return out.endsWith('/') || (statSync(out, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

function usage(message: string): UsageError {
  return new UsageError('oneshot report', message);
}

/** Writes to standard output, or a file that is there whole or not at all, of which it tells. */
async function put(text: string, { out, json }: ReportOptions): Promise<void> {
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await saveText(text, out);
  const bytes = Buffer.byteLength(text);
  const line = json
    ? printableJson({ event: 'report', out, bytes })
    : printable(`${out}: ${sizeText(bytes)}`);
  process.stdout.write(`${line}\n`);
}
