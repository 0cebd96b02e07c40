/** Writes what is made of the code: tables into docs/, and the client's types; tests fail where the two differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsTable } from './make-docs/alerts-table.ts';
import { betweenMarkers } from './make-docs/between-markers.ts';
import { clientTypes } from './make-docs/client-types.ts';
import { environmentTable, exitCodesTable } from './make-docs/command-line-tables.ts';
import { errorsPage } from './make-docs/errors-page.ts';
import { metricsTable } from './make-docs/metrics-table.ts';

const docs = join(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'errors.md'), errorsPage());
const watching = join(docs, 'watching.md');
const withMetrics = betweenMarkers(readFileSync(watching, 'utf8'), 'metrics', metricsTable());
writeFileSync(watching, betweenMarkers(withMetrics, 'alerts', alertsTable()));
const commandLine = join(docs, 'guide/command-line.md');
const withExitCodes = betweenMarkers(readFileSync(commandLine, 'utf8'), 'exit-codes', exitCodesTable());
writeFileSync(commandLine, betweenMarkers(withExitCodes, 'environment', environmentTable()));
writeFileSync(join(docs, '../functions/client/api-types.ts'), await clientTypes());
