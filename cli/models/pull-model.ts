import { KnownError } from '#shared/errors.ts';
import { Progress } from '../terminal/progress.ts';
import { nameOf } from './name-of.ts';
import { pullNamed } from './pull-named.ts';
import { hubHint } from './read-model-name.ts';

/** Fetches a model of the hub into the shared cache; prints its folder. */
export async function pullToCache(text: string, { json }: { readonly json: boolean }): Promise<void> {
  const name = nameOf(text);
  if (name.kind !== 'hub') {
    throw new KnownError(
      'model-name-unknown',
      `"${text}" is no model of the hub. Name one as org/name or org/name@revision.${hubHint(text)}`,
    );
  }
  const { commit, folder } = await pullNamed(name, process.env, new Progress(process.stderr, json));
  const { model, revision } = name;
  process.stdout.write(json ? `${JSON.stringify({ model, revision, commit, folder })}\n` : `${folder}\n`);
}
