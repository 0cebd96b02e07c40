import { auditPage } from './audit/audit-page.ts';
import { comparePage } from './compare/compare-page.ts';
import { evaluationPage } from './evaluation/evaluation-page.ts';
import { evaluationsPage } from './evaluations/evaluations-page.ts';
import { operationsPage } from './operations/operations-page.ts';
import { paperPage } from './paper/paper-page.ts';
import { runPage } from './run/run-page.ts';
import { runsPage } from './runs/runs-page.ts';
import { casePage } from './sample/case-page.ts';
import { samplePage } from './sample/sample-page.ts';
import { samplesPage } from './samples/samples-page.ts';
import type { AnyPage } from './shell/page.ts';
import { stepPage } from './step/step-page.ts';

/** Every page there is, in the order in which a reader comes to them; those that read most come last. */
export const allPages: readonly AnyPage[] = [
  runsPage,
  runPage,
  stepPage,
  evaluationPage,
  samplesPage,
  comparePage,
  evaluationsPage,
  paperPage,
  casePage,
  operationsPage,
  samplePage,
  auditPage,
];
