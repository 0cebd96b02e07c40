/** Where AWS is; what is left out comes from the environment and the profile, as in all tools of AWS. */
export interface AwsPlace {
  readonly region?: string | undefined;
  /** Address of an emulator, such as `http://127.0.0.1:4566`. */
  readonly endpoint?: string | undefined;
}

/** Long enough for a far region. */
const CONNECT_MS = 5000;
/** A silent socket is a broken one: longer than the 20 s that SQS may wait for a message. */
const SILENCE_MS = 40_000;

/** Settings that the clients of all services share: the adapters try again by themselves, see `retry-policy.ts`. */
export function clientSettings({ region, endpoint }: AwsPlace) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  };
}

/** The endpoint that is set for a service, explicitly or by the environment, as the SDK reads it. */
export function endpointOf(service: 'S3' | 'SQS', { endpoint }: AwsPlace): string | undefined {
  return (
    endpoint ?? (process.env[`AWS_ENDPOINT_URL_${service}`] || process.env['AWS_ENDPOINT_URL'] || undefined)
  );
}
