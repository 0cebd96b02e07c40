import { KnownError } from '../../errors.ts';

export function failedServer(how: string): KnownError {
  return new KnownError(
    'model-server-failed',
    `The model server did not start: ${how}. Read what it said, and check MODEL_SERVER_ARGS and the model.`,
  );
}

export function slowServer(startMs: number): KnownError {
  return new KnownError(
    'model-server-slow',
    `The model server was not ready after ${startMs / 1000} s. Raise MODEL_SERVER_START_SECONDS, or read its log.`,
  );
}

export function portTaken(): KnownError {
  return new KnownError(
    'model-server-port-taken',
    "Another server answers at the model server's address. End it, or name another port in ONESHOT_ENDPOINTS.",
  );
}
