import { KnownError } from '../../errors.ts';

/** @returns the error `model-server-lost` */
export function lostServer(how: string, cause?: unknown): KnownError {
  return new KnownError(
    'model-server-lost',
    `The model server does not answer: ${how}. Start it, or read its log if it ended.`,
    { cause },
  );
}
