import type { CodeTable } from './code-facts.ts';

/** What keeps a run from beginning, going on, or being forked. */
export const training = {
  'checkpoint-unknown': {
    means: 'The run has no checkpoint of this step, or none at all.',
    advice: 'Name one of those that the message lists, as RUN@STEP where the command takes that.',
    final: true,
  },
  'checkpoints-damaged': {
    means: 'The newest checkpoints are damaged, and the run would go back further than it may by itself.',
    advice: 'Put the objects back from a copy of the store, or go on with `--rewind`.',
    final: true,
  },
  'data-differs': {
    means: 'The data folder holds another file than `oneshot data pull` would make.',
    advice: 'Replace it with `--force`, pull other sets by name, or set ONESHOT_DATA to another folder.',
    final: true,
  },
  'data-empty': {
    means: 'The data hold no example, or fewer rows than a step needs.',
    advice: 'Add examples or repeats, or lower `--prompts`.',
    final: true,
  },
  'data-invalid': {
    means: 'A line of data is not what it should be, or an answer cannot be graded.',
    advice: 'Correct the line that the message names.',
    final: true,
  },
  'data-missing': {
    means: 'A file of data is not there or cannot be read.',
    advice:
      'Fetch it with `oneshot data pull`, correct its path, or set ONESHOT_DATA to the folder that holds it.',
    final: true,
  },
  'data-unknown': {
    means: 'There is no set of this name to pull.',
    advice: 'Take one of those that the message names.',
    final: true,
    roles: ['usage'],
  },
  'data-unwritable': {
    means: 'The data folder cannot be used.',
    advice: 'Make it writable, or set ONESHOT_DATA to another.',
    final: true,
  },
  'does-not-fit': {
    means: 'A run needs more memory than the machine has.',
    advice: 'Give the settings that the message names, or train on a larger machine.',
    final: true,
  },
  'fork-damaged': {
    means: 'The checkpoint that the run began with is not whole any more.',
    advice: 'Put its objects back from a copy of the store, or fork another checkpoint.',
    final: true,
  },
  'fork-stateless': {
    means: 'The checkpoint to fork has no optimizer state any more.',
    advice: 'Fork one of the steps that the message names.',
    final: true,
  },
  'fork-unknown': {
    means: 'There is no such run or checkpoint to fork.',
    advice: 'Name a run and one of its steps, as `--fork RUN@STEP`.',
    final: true,
  },
  'host-differs': {
    means:
      'The run began under another torch, transformers or instruction set, so that what follows would differ in its last bits.',
    advice: 'Go on with `--inexact`, or train anew under another `--name`.',
    final: true,
  },
  'journal-damaged': {
    means: 'The journal of a step that must be replayed is gone or damaged.',
    advice: 'Put the object back from a copy of the store, or go on with `--resample`.',
    final: true,
  },
  'price-invalid': {
    means: '`ONESHOT_USD_PER_HOUR` is no number.',
    advice: 'Give US dollars as a number such as 2.5, or leave it out.',
    final: true,
    roles: ['usage'],
  },
  'reward-crashed': {
    means: 'The reward module ended, twice, on the same completion.',
    advice: 'Correct it for the completion that the message names.',
    final: true,
  },
  'reward-failed': {
    means: 'The reward module threw.',
    advice: 'Correct it for the completion that the message names.',
    final: true,
  },
  'reward-import-missing': {
    means: 'The reward module imports a file that is not there, or a package that is not installed.',
    advice:
      'Correct the name, or install the package beside the module, or where ONESHOT_REWARD_FOLDERS says.',
    final: true,
  },
  'reward-import-unsupported': {
    means: 'The reward module imports what a run cannot keep.',
    advice: 'Import relative files (.js, .ts, .json and their kin), installed packages and `node:` modules.',
    final: true,
  },
  'reward-invalid': {
    means: 'The reward module, or a file that it imports, is not UTF-8.',
    advice: 'Save the file as UTF-8.',
    final: true,
  },
  'reward-module-invalid': {
    means: 'The reward module does not load, or exports no `reward`.',
    advice: 'Make it a file with a function `reward`; docs/guide/own-data.md says what it may import.',
    final: true,
  },
  'reward-not-a-number': {
    means: 'The reward of a completion is no finite number.',
    advice: 'Return a finite number for every completion.',
    final: true,
  },
  'reward-package-differs': {
    means: 'A package that the reward module of the run imports is installed in another version.',
    advice: 'Install the version that the message names, or train anew under another `--name`.',
    final: true,
  },
  'reward-timeout': {
    means: 'The reward of a completion took too long, twice.',
    advice: 'Make the module faster, or raise `reward.deadlineMs`.',
    final: true,
  },
  'reward-too-large': {
    means: 'The reward of a completion is larger than rewards may be.',
    advice: 'Scale the rewards down.',
    final: true,
  },
  'run-differs': {
    means: 'A run of this name exists with other settings.',
    advice: 'Give this one another `--name`, or give the command as it was.',
    final: true,
  },
  'run-unknown': {
    means: 'There is no run of this name.',
    advice: 'Take a name that `oneshot runs` or `GET /v1/runs` lists.',
    final: true,
    status: 404,
  },
  'step-unknown': {
    means: 'The run has not done this step.',
    advice: 'Take one that `GET /v1/runs/{run}/steps` lists.',
    final: true,
    status: 404,
  },
  'stop-unknown': {
    means: '`sampling.stop` names a text that is no token of the model.',
    advice: "Name a token of the model's vocabulary.",
    final: true,
  },
  superseded: {
    means: 'Another driver has taken over the run.',
    advice: 'Follow the other one; this one has lost nothing.',
    final: true,
  },
  'training-diverged': {
    means: "A step's numbers are not finite: the training has diverged.",
    advice: 'Train under another `--name` with a lower `optim.learningRate` or `optim.clipNorm`.',
    final: true,
  },
} as const satisfies CodeTable;
