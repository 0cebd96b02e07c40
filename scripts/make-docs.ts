/** Writes what is made of tables in the code into docs/; tests fail where page and table differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertsTable } from './make-docs/alerts-table.ts';
import { betweenMarkers } from './make-docs/between-markers.ts';
import { errorsPage } from './make-docs/errors-page.ts';
import { metricsTable } from './make-docs/metrics-table.ts';

const docs = join(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'errors.md'), errorsPage());
const watching = join(docs, 'watching.md');
const withMetrics = betweenMarkers(readFileSync(watching, 'utf8'), 'metrics', metricsTable());
writeFileSync(watching, betweenMarkers(withMetrics, 'alerts', alertsTable()));
