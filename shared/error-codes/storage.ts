import type { CodeTable } from './code-facts.ts';

/** What befalls stored objects, queues, disks and the way to AWS. */
export const storage = {
  'access-denied': {
    means: 'AWS does not let these credentials do this.',
    advice: 'Check AWS_PROFILE and the permissions of its role.',
    final: true,
  },
  'batch-too-large': {
    means: 'More messages were sent at once than a queue takes, which is a defect.',
    advice: 'Report it.',
    final: true,
  },
  'bucket-missing': {
    means: 'AWS has no such bucket.',
    advice: 'Take the name from the outputs of the deployed stack, and check the account.',
    final: true,
  },
  'cdk-failed': {
    means: 'A command of the CDK failed.',
    advice: 'Read its last lines, which the message quotes.',
    final: false,
  },
  'checksum-wrong': {
    means: 'The bytes of a stored object have another sha256 than its name says.',
    advice: 'Put it back from a copy of the store, if there is one.',
    final: true,
    roles: ['damage'],
  },
  'context-invalid': {
    means: 'The stacks cannot be deployed with these settings.',
    advice: 'Correct the context; cdk/settings.ts describes it.',
    final: true,
  },
  'corpus-invalid': {
    means: "A line of the verifier's corpora is no labelled case.",
    advice: 'Repair the line, or name another folder with `--corpus`.',
    final: true,
  },
  'corpus-missing': {
    means: "The verifier's corpora are not there.",
    advice: 'Set ONESHOT_DATA to the folder that holds corpora/verifier.',
    final: true,
  },
  'credentials-missing': {
    means: 'There are no valid AWS credentials.',
    advice: 'Log in with `aws sso login` or `aws configure`, or set the variables of a key.',
    final: true,
  },
  'delete-forbidden': {
    means: 'Something tried to delete what must be kept, which is a defect.',
    advice: 'Report it.',
    final: true,
  },
  'deployment-invalid': {
    means: 'The file of `--aws` describes no evaluation stack.',
    advice: 'Deploy again with `--outputs-file`.',
    final: true,
  },
  'deployment-unreadable': {
    means: 'The file of `--aws` cannot be read.',
    advice: 'Name the file that `cdk deploy --outputs-file` wrote.',
    final: true,
  },
  'disk-failed': {
    means: 'The system could not read or write the disk.',
    advice: 'Look after the disk, or what else the system complains of, and run again.',
    final: false,
  },
  'disk-full': {
    means: 'The disk is full, or a limit of its user is reached.',
    advice: 'Free some space and run again; nothing is damaged.',
    final: false,
    status: 507,
    roles: ['unusable-store'],
  },
  'home-foreign': {
    means: 'The folder of the store belongs to another user.',
    advice: 'Choose one of your own with `--home`.',
    final: true,
  },
  'key-conflict': {
    means: "A part of the key's path is itself an object, or the key is the folder of others.",
    advice: 'Delete what stands in the way.',
    final: true,
  },
  'key-invalid': {
    means: 'A name is no key that every store can hold.',
    advice: 'Choose shorter names without dots at the start, backslashes or control characters.',
    final: true,
  },
  'layer-incomplete': {
    means: 'A package without native code cannot become a layer.',
    advice: 'Install again with `npm ci`.',
    final: true,
  },
  'message-refused': {
    means: 'SQS refused a message.',
    advice: 'Send text without control characters, of at most 1 MiB.',
    final: true,
  },
  'object-invalid': {
    means: 'A stored object is not what this version writes under its key.',
    advice: 'Put it back from a copy, or delete the run or evaluation it belongs to.',
    final: true,
    roles: ['refusal', 'damage'],
  },
  'object-missing': {
    means: 'The store lacks an object that something else refers to.',
    advice: 'Put it back from a copy of the store, if there is one.',
    final: true,
    roles: ['damage'],
  },
  'part-invalid': {
    means: 'Stored completions cannot be read.',
    advice: 'Delete the generation that the message names.',
    final: true,
  },
  'queue-invalid': {
    means: 'The file of a local queue is no such database.',
    advice: 'Stop what uses it and delete it: the sweep sends again what is open.',
    final: true,
  },
  'queue-missing': {
    means: 'AWS has no such queue.',
    advice: 'Take its URL from the outputs of the deployed stack, and check account and region.',
    final: true,
  },
  'region-wrong': {
    means: 'The bucket or queue is in another region.',
    advice: 'Set AWS_REGION to the region of the deployed stack.',
    final: true,
  },
  'service-unavailable': {
    means: 'A service of AWS did not answer properly for a while.',
    advice: 'Run again later; what was stored so far is kept.',
    final: false,
    status: 503,
    roles: ['outage'],
  },
  'store-unwritable': {
    means: 'The folder of the store cannot be used.',
    advice: 'Make it writable, or choose another with `--home`.',
    final: true,
    roles: ['unusable-store'],
  },
  'temp-unwritable': {
    means: 'The folder of temporary files cannot be used.',
    advice: 'Set TMPDIR to one that can.',
    final: true,
  },
  'trainer-missing': {
    means: 'The deployment has no trainer.',
    advice: 'Deploy it as the message says.',
    final: true,
  },
} as const satisfies CodeTable;
