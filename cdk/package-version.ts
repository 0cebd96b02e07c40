import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot } from './repository-root.ts';

const text = readFileSync(join(repositoryRoot, 'package.json'), 'utf8');

/** The version that is deployed. */
export const { version } = z.object({ version: z.string() }).parse(JSON.parse(text));
