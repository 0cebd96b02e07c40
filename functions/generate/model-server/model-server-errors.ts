import { KnownError } from '#shared/errors.ts';

export function failedServer(how: string): KnownError {
  return new KnownError(
    'model-server-failed',
    `The model server did not start: ${how}. Check MODEL_SERVER_COMMAND, MODEL_SERVER_ARGS and the model.`,
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

export function policyChanged(version: string, model: string): KnownError {
  return new KnownError(
    'policy-changed',
    `The model server holds "${version.slice(0, 100)}" where ${model} was loaded; the completions are discarded. ` +
      'Let nobody else load weights into this server.',
  );
}
