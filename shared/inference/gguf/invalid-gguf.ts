import { KnownError } from '../../errors.ts';

/** What a file breaks of the format; whoever knows the file's name makes a `KnownError` of it. */
export class InvalidGguf extends Error {
  override name = 'InvalidGguf';
}

/** Of a whole file that holds no whole model. */
export function partialGguf(path: string, what: string): KnownError {
  return new KnownError(
    'gguf-invalid',
    `${path} is no whole model: ${what}. Fetch it again, or name another file.`,
  );
}

/** Of a whole file with something that is not imported. @param what - names the field or the tensor */
export function unsupportedGguf(
  what: string,
  advice = 'Take another file of the model, or another Llama, Qwen2 or Qwen3 model.',
): KnownError {
  return new KnownError('gguf-unsupported', `The file has ${what}, which is not imported. ${advice}`);
}
