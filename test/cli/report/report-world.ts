import { parseHTML } from 'linkedom';
import { readReport } from '#cli/report/read-report.ts';
import type { ReportData } from '#cli/report/report-data.ts';
import { reportPorts } from '#cli/report/report-ports.ts';
import { PagesWorld } from '../../functions/dashboard/pages-world.ts';

const NOW = new Date('2026-11-30T14:05:09.123Z');

/** A store with a run of three checkpoints whose texts are given, and reports on what is in it. */
export class ReportWorld {
  readonly pages: PagesWorld;
  /** Of the run's checkpoints. */
  readonly evaluations: readonly string[];

  private constructor(pages: PagesWorld, evaluations: readonly string[]) {
    this.pages = pages;
    this.evaluations = evaluations;
  }

  static async create(text: string): Promise<ReportWorld> {
    const pages = await PagesWorld.create(null);
    return new ReportWorld(pages, await pages.putRun(text));
  }

  get ports() {
    return reportPorts(this.pages.api.world.store);
  }

  /** @param subjects - as they are typed */
  report(...subjects: string[]): Promise<ReportData> {
    const command = `oneshot report ${subjects.join(' ')} --out report.html`;
    return readReport({ subjects, command, now: NOW }, this.ports);
  }
}

/** A document, as a browser would read it. */
export function documentOf(text: string) {
  return parseHTML(text).document;
}
