import type { CodeTable } from './code-facts.ts';

/** What keeps an evaluation from being asked for, ended or read. */
export const evaluation = {
  'benchmark-name-invalid': {
    means: "A problem set of the user's own cannot be named after its file.",
    advice: 'Rename the file: letters, digits, - and _, and no name of `oneshot benchmarks`.',
    final: true,
    roles: ['usage'],
  },
  'benchmark-unknown': {
    means: 'There is no benchmark of this name, or the evaluation has none of it.',
    advice: 'Take one of those that the message names.',
    final: true,
    status: 422,
    roles: ['usage'],
  },
  'benchmarks-missing': {
    means: 'An evaluation names no benchmark.',
    advice: 'Name at least one.',
    final: true,
  },
  cancelled: {
    means: 'The round was cancelled before this shard was done.',
    advice: 'Retry the evaluation, if it is wanted after all.',
    final: true,
  },
  'completions-invalid': {
    means: 'A line of recorded completions is none, or none of those that are asked for.',
    advice:
      'Correct the line that the message names, and push the whole file with `oneshot completions push`.',
    final: true,
  },
  'completions-missing': {
    means: "The store lacks recorded completions, or some of a shard's.",
    advice: 'Push a file with every sample of every problem with `oneshot completions push`, then ask again.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'cost-too-high': {
    means: 'The evaluation would cost more than allowed.',
    advice: 'Raise `maxCostUsd`, or ask for fewer benchmarks or samples.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'endpoint-unknown': {
    means: 'The deployment or the worker allows no endpoint of this name.',
    advice: 'Name one that is allowed, or add it to ONESHOT_ENDPOINTS.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'evaluation-unfinished': {
    means: 'The evaluation has no scores yet.',
    advice: 'Ask again when it is finished.',
    final: false,
    status: 409,
  },
  'evaluation-unknown': {
    means: 'There is no evaluation of this id.',
    advice: 'Take one that `GET /v1/evaluations` lists.',
    final: true,
    status: 404,
  },
  'generate-dead': {
    means: 'Making the completions of a shard failed on every attempt.',
    advice: 'Read the log of the generate stage, mend what it names, and retry the evaluation.',
    final: true,
  },
  'grader-unknown': {
    means: 'The evaluation was not graded by this grader.',
    advice: 'Take one of those that the message names.',
    final: true,
    status: 422,
  },
  'nothing-failed': {
    means: 'No shard of the evaluation failed, so that there is nothing to retry.',
    advice: 'Read its scores.',
    final: true,
    status: 409,
  },
  'nothing-shared': {
    means: 'The two evaluations have no benchmark in common.',
    advice: 'Compare others.',
    final: true,
    status: 422,
  },
  'plan-dead': {
    means: 'Planning the round failed on every attempt.',
    advice: 'Read the log of the plan stage, mend what it names, and ask again.',
    final: true,
  },
  'problem-set-invalid': {
    means: 'A stored problem set cannot be read.',
    advice: 'Push it again.',
    final: true,
    roles: ['refusal'],
  },
  'problem-set-mismatch': {
    means: 'The problem set belongs to another benchmark, or one benchmark is named with two.',
    advice: 'Name one problem set that was pushed for the benchmark.',
    final: true,
    status: 422,
  },
  'problem-set-missing': {
    means: 'No problem set of the benchmark is stored.',
    advice: 'Push one with `oneshot data push`, then ask again.',
    final: true,
    status: 422,
    roles: ['refusal'],
  },
  'problem-unknown': {
    means: 'No evaluation of the run asks this problem.',
    advice: 'Take one that the samples of its evaluations have.',
    final: true,
    status: 404,
  },
  'problems-invalid': {
    means: 'A file of problems is empty, a line of it is no problem, or an answer cannot be graded.',
    advice: 'Correct the line that the message names, or fetch the file again.',
    final: true,
  },
  'request-inconsistent': {
    means: 'The problems or reference answers are not those that the request names.',
    advice: 'Ask for the evaluation anew.',
    final: true,
    roles: ['refusal'],
  },
  'round-over': {
    means: 'The round is over and cannot be cancelled.',
    advice: 'Read its scores, or retry it.',
    final: true,
    status: 409,
  },
  'round-running': {
    means: 'The newest round of the evaluation is not over.',
    advice: 'Retry when it is, or cancel it first.',
    final: false,
    status: 409,
  },
  'rounds-exhausted': {
    means: 'The evaluation had the most rounds there are.',
    advice: 'Ask for another evaluation.',
    final: true,
    status: 409,
  },
  'sample-unknown': {
    means: 'The evaluation has no scored sample of this number of this problem.',
    advice: 'Take one that `GET /v1/evaluations/{id}/samples` lists.',
    final: true,
    status: 404,
  },
  'samples-equal': {
    means: 'Samples are asked for of benchmarks that are all decoded greedily.',
    advice: 'Leave the number of samples out, or name a benchmark that is sampled.',
    final: true,
    status: 422,
    roles: ['usage'],
  },
  'too-many-completions': {
    means: 'The evaluation needs more completions than allowed.',
    advice: 'Ask for fewer benchmarks, or set a limit.',
    final: true,
    status: 422,
  },
  'verifier-part-missing': {
    means: '`createVerifier` was not given a part that it needs.',
    advice: 'Import the part from the package, and pass it.',
    final: true,
  },
  'verify-dead': {
    means: 'Judging the completions of a shard failed on every attempt.',
    advice: 'Read the log of the verify stage, mend what it names, and retry the evaluation.',
    final: true,
  },
} as const satisfies CodeTable;
