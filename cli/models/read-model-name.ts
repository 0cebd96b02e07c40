import type { HubName } from '#shared/adapters/hub/hub-refusal.ts';
import { KnownError } from '#shared/errors.ts';

/** What `--model` and its like can mean. */
export type ModelName =
  | { readonly kind: 'folder'; readonly path: string }
  | ({ readonly kind: 'hub' } & HubName)
  /** A run and perhaps its step, or where no run is called so, the digest of a stored model. */
  | ({ readonly kind: 'stored' } & StoredName);

export interface StoredName {
  readonly name: string;
  readonly step: number | undefined;
}

/** As the hub itself names: no dots or dashes at the ends, none twice. */
const PART = String.raw`(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?`;
const HUB = new RegExp(
  `^(?<model>${PART.replace('.*', '[^@]*')}/${PART.replace('.*', '[^@]*')})(?:@(?<revision>.+))?$`,
);
const REVISION = /^(?!.*(?:\.\.|\/\/))[\w][\w./-]{0,199}$/;
const STORED = /^(?<name>[a-z0-9][a-z0-9_-]{0,63})(?:@(?<step>\d{1,6}))?$/;
const PATH = /^(?:[~.]{1,2}(?:\/|$)|\/)|\/$/;

/** A run and perhaps its step. @throws {KnownError} `model-name-unknown` */
export function readStoredName(text: string): StoredName {
  const name = storedName(text);
  if (name) return name;
  throw new KnownError('model-name-unknown', `"${text}" names no checkpoint: name one as RUN or RUN@STEP.`);
}

/**
 * Reads the name of a model. A folder that exists is meant by its path; else one slash names a model of the hub, and none
 * a run or a stored model.
 *
 * @param isFolder - whether a path leads to a folder
 * @throws {KnownError} `model-missing` for a path to nothing, `model-name-unknown` for what is none of the three
 */
export function readModelName(text: string, home: string, isFolder: (path: string) => boolean): ModelName {
  const path = text.replace(/^~(?=\/|$)/, home);
  if (path !== '' && isFolder(path)) return { kind: 'folder', path };
  if (PATH.test(text)) {
    throw new KnownError('model-missing', `There is no model folder ${path}. Name a Hugging Face folder.`);
  }
  const { model, revision = 'main' } = HUB.exec(text)?.groups ?? {};
  if (model !== undefined && REVISION.test(revision)) return { kind: 'hub', model, revision };
  const stored = storedName(text);
  if (stored) return { kind: 'stored', ...stored };
  throw new KnownError(
    'model-name-unknown',
    `"${text}" names no model: there is no such folder, a model of the hub is org/name or org/name@revision, and a ` +
      `checkpoint of a run here is RUN or RUN@STEP.${hubHint(text)}`,
  );
}

/** What to type instead of one word, if a model of the hub was meant: a further sentence, or nothing. */
export function hubHint(text: string): string {
  const [name = ''] = text.split('@');
  return /^[\w.-]+$/.test(name) ? ` On the hub the page of ${name} shows it as ORG/${name}: type that.` : '';
}

function storedName(text: string): StoredName | undefined {
  const { name, step } = STORED.exec(text)?.groups ?? {};
  return name === undefined ? undefined : { name, step: step === undefined ? undefined : Number(step) };
}
