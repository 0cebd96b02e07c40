import { visibleLine } from '#functions/dashboard/text/visible-text.ts';
import type { ReportData } from './report-data.ts';

/** Of a window, or a heading above the result. */
export function titleOf({ subjects }: Pick<ReportData, 'subjects'>): string {
  const [only] = subjects;
  if (subjects.length === 1 && only?.kind === 'run')
    return visibleLine(`${only.data.recipe}, run ${only.label}`);
  return visibleLine(subjects.map(({ label }) => label).join(' and '));
}
