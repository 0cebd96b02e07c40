import { type AwsPlace, clientSettings } from './client-settings.ts';
import { explainAwsError } from './explain-aws-error.ts';

/** A training job of the trainer's stack. */
export interface TrainingJob {
  readonly run: string;
  /** ARNs. */
  readonly queue: string;
  readonly definition: string;
  /** What the driver may do, by the names of its environment, such as `INEXACT`. */
  readonly consent?: readonly string[];
}

/**
 * Submits a run to AWS Batch, where the driver goes on from the run's newest checkpoint however often its instance is
 * taken away. The SDK is loaded here, so that commands which stay on the machine never pay for it.
 *
 * @returns the job's id
 * @throws {KnownError} `credentials-missing`, `access-denied`, …
 */
export async function submitJob(
  { run, queue, definition, consent = [] }: TrainingJob,
  place: AwsPlace,
): Promise<string> {
  const { BatchClient, SubmitJobCommand } = await import('@aws-sdk/client-batch');
  const client = new BatchClient(clientSettings(place));
  try {
    const { jobId = '' } = await client.send(
      new SubmitJobCommand({
        jobName: `oneshot-${run}`,
        jobQueue: queue,
        jobDefinition: definition,
        containerOverrides: {
          environment: [{ name: 'RUN', value: run }, ...consent.map((name) => ({ name, value: 'true' }))],
        },
      }),
    );
    return jobId;
  } catch (error) {
    throw explainAwsError(error, 'job queue of the trainer');
  } finally {
    client.destroy();
  }
}
