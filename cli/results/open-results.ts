import { openPlace } from '#shared/adapters/open-place.ts';
import type { ResultSource } from './result-source.ts';
import { servedResults } from './served-results.ts';
import { serverClient } from './server-client.ts';
import { storedResults } from './stored-results.ts';

/** Which results a command is about. */
export interface ResultPlace {
  readonly home: string;
  readonly aws?: string | undefined;
  /** Goes before the others: the address of an API. */
  readonly server?: string | undefined;
}

/** Opens what the options of a command name. @throws {KnownError} as `openPlace` and `serverClient` do */
export async function openResults(
  place: ResultPlace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ResultSource> {
  return place.server === undefined
    ? storedResults(await openPlace(place))
    : servedResults(serverClient(place.server, env));
}
