import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { ask } from '../terminal/ask.ts';
import { Progress, type ProgressEntry } from '../terminal/progress.ts';
import { dataFolder } from './data-folder.ts';
import { pullSources } from './pull-data.ts';
import { PulledDataMissingError } from './read-data-file.ts';
import { type DataSource, sources } from './sources.ts';

/** Where somebody can be asked. */
export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** How missing data is fetched. */
export type Pull = (lacking: readonly DataSource[], env: NodeJS.ProcessEnv) => Promise<void>;

const pull: Pull = async (lacking, env) => {
  const progress = new Progress(process.stderr, false);
  const show = (entry: ProgressEntry) => progress.show(entry);
  await pullSources(lacking, { force: false }, env, show).finally(() => progress.clear());
};

/**
 * Does what needs data. Where that is missing and somebody sits at a terminal, offers to fetch all of it and does the work
 * again.
 *
 * @param work - may be done twice
 * @throws as the work does; `data-missing` if the offer is turned down or nobody can be asked
 */
export async function offeringData<T>(
  work: () => Promise<T>,
  {
    json,
    env = process.env,
    terminal = { input: process.stdin, output: process.stdout },
    fetch = pull,
  }: {
    readonly json: boolean;
    readonly env?: NodeJS.ProcessEnv;
    readonly terminal?: Terminal;
    readonly fetch?: Pull;
  },
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { input, output } = terminal;
    const canAsk = !json && input.isTTY === true && output.isTTY === true;
    if (!(error instanceof PulledDataMissingError) || !canAsk) throw error;
    const folder = dataFolder(env);
    const lacking = sources.filter(({ file }) => !existsSync(join(folder, file)));
    const megabytes = lacking.reduce((total, { sizeBytes }) => total + sizeBytes, 0) / 1e6;
    const what = `${lacking.length} files of third-party data, ${megabytes.toFixed(1)} MB`;
    if (!(await ask(`${what}, are not in ${folder}. Fetch them now?`, input, output))) throw error;
    await fetch(lacking, env);
    return work();
  }
}
