/** Writes the pages of docs/ that are made of tables in the code; tests fail where page and table differ. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsPage } from './make-docs/errors-page.ts';

const docs = join(import.meta.dirname, '../docs');
writeFileSync(join(docs, 'errors.md'), errorsPage());
