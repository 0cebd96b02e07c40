import { KnownError } from '#shared/errors.ts';

/** @returns the error `policy-changed` */
export function policyChanged(version: string, model: string): KnownError {
  return new KnownError(
    'policy-changed',
    `The model server holds "${version.slice(0, 100)}" where ${model} was loaded; the completions are discarded. ` +
      'Let nobody else load weights into this server.',
  );
}
