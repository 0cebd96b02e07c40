import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';

const url = z.url();
const queue = z.object({ url, deadLetters: url });

/** A deployment of the evaluation plane, as commands need it. */
export interface Deployment {
  readonly bucket: string;
  readonly region: string;
  readonly queueUrls: Readonly<Record<'plan' | 'generate' | 'verify', z.infer<typeof queue>>>;
}

/** The outputs of the evaluation stack, by the names that `cdk/` gives them. */
const StackOutputs = z.object({
  BucketName: z.string().min(3),
  Region: z.string().min(1),
  PlanQueueUrl: url,
  PlanDeadLettersUrl: url,
  GenerateQueueUrl: url,
  GenerateDeadLettersUrl: url,
  VerifyQueueUrl: url,
  VerifyDeadLettersUrl: url,
});

const OutputsFile = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * Reads what `cdk deploy --outputs-file` wrote: outputs by stack, of which one is the evaluation stack.
 *
 * @throws {KnownError} `deployment-invalid`
 */
export function parseDeployment(text: string, source: string): Deployment {
  try {
    const stacks = Object.values(OutputsFile.parse(JSON.parse(text)));
    const stack = StackOutputs.parse(stacks.find((outputs) => 'BucketName' in outputs) ?? {});
    return {
      bucket: stack.BucketName,
      region: stack.Region,
      queueUrls: {
        plan: { url: stack.PlanQueueUrl, deadLetters: stack.PlanDeadLettersUrl },
        generate: { url: stack.GenerateQueueUrl, deadLetters: stack.GenerateDeadLettersUrl },
        verify: { url: stack.VerifyQueueUrl, deadLetters: stack.VerifyDeadLettersUrl },
      },
    };
  } catch (cause) {
    throw new KnownError(
      'deployment-invalid',
      `${source} describes no evaluation stack (${detailOf(cause)}). Deploy again with \`--outputs-file ${source}\`.`,
      { cause },
    );
  }
}

/** Where training jobs go: the outputs of the trainer's stack. */
const TrainerOutputs = z.object({ JobQueue: z.string().min(1), JobDefinition: z.string().min(1) });

/**
 * The trainer's stack in what `cdk deploy --outputs-file` wrote.
 *
 * @throws {KnownError} `trainer-missing` where it was not deployed
 */
export function parseTrainer(
  text: string,
  source: string,
): { readonly queue: string; readonly definition: string } {
  const stacks = Object.values(OutputsFile.parse(JSON.parse(text)));
  const outputs = TrainerOutputs.safeParse(stacks.find((stack) => 'JobQueue' in stack));
  if (outputs.success) return { queue: outputs.data.JobQueue, definition: outputs.data.JobDefinition };
  throw new KnownError(
    'trainer-missing',
    `${source} describes no trainer. Deploy it with \`npm run cdk -- deploy --all -c trainer=IMAGE_URI -c alarmEmail=ADDRESS ` +
      `--outputs-file ${source}\`.`,
  );
}

function detailOf(cause: unknown): string {
  if (!(cause instanceof z.ZodError)) return messageOf(cause);
  return `wrong or missing: ${cause.issues.map(({ path }) => path.join('.')).join(', ')}`;
}
