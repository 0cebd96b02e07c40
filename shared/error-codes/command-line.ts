import type { CodeTable } from './code-facts.ts';

/** What commands say of their words, files and surroundings. */
export const commandLine = {
  'bootstrap-failed': {
    means: "The engine's Python environment could not be set up.",
    advice: 'Check network and disk space, and run the command again: it goes on where it stopped.',
    final: false,
  },
  'case-invalid': {
    means: 'A line of a batch is JSON and no case.',
    advice: 'Write an object with `id`, `gold`, and `answer` or `completion`.',
    final: true,
  },
  'cases-unreadable': {
    means: 'Some lines of a batch are no cases; each is answered by its reason.',
    advice: 'Correct the lines whose results hold an error.',
    final: true,
  },
  'config-file-invalid': {
    means: 'The file of `--config` is no YAML or JSON, or holds no settings.',
    advice: 'Correct the line that the message names; `--print-config` shows such a file.',
    final: true,
    roles: ['usage'],
  },
  'config-invalid': {
    means: "Settings that are right by themselves do not fit together, or a run's name has a wrong form.",
    advice: 'Change the setting that the message names.',
    final: true,
    roles: ['usage'],
  },
  'confirmation-needed': {
    means: 'A command that removes something was not told that this is meant.',
    advice: 'Answer in a terminal, or give `--yes`.',
    final: true,
    roles: ['usage'],
  },
  'data-needed': {
    means: 'The recipe trains on examples that must be given.',
    advice: 'Give `--data`, JSON lines of your own examples.',
    final: true,
    roles: ['usage'],
  },
  defect: {
    means: 'Something failed that should not: this is a fault of oneshot.',
    advice: 'Report it with the stack that the command or the log shows.',
    final: true,
  },
  'deployment-needed': {
    means: 'The command works on AWS alone and was given no deployment.',
    advice: 'Give `--aws FILE`, as `cdk deploy --outputs-file` wrote it.',
    final: true,
    roles: ['usage'],
  },
  'driver-died': {
    means: 'The process of the driver ended without a reason of its own, as one does that is killed.',
    advice: 'Run the same command again: nothing that was committed is lost.',
    final: false,
  },
  'evaluation-incomplete': {
    means: 'Some completions of the evaluation have no verdict, so that its scores are bounds.',
    advice: 'Mend what the problems printed before it say, and evaluate again.',
    final: true,
  },
  'in-use': {
    means: 'What is to be removed is still needed by a driver at work, a fork, a run or an evaluation.',
    advice: 'Stop or remove first what the message names.',
    final: true,
  },
  'input-unreadable': {
    means: 'A file of input cannot be read.',
    advice: 'Name a file that can be read, or `-` for standard input.',
    final: true,
  },
  interrupted: {
    means: 'Work was told to stop before its end, by Ctrl-C, SIGTERM or the notice of a Spot instance.',
    advice: 'Run the same command again: it goes on from what is saved.',
    final: false,
  },
  'line-too-long': {
    means: 'A line of a batch is longer than can be read.',
    advice: 'Shorten its completion, or end each case with a newline.',
    final: true,
  },
  'machine-invalid': {
    means: 'The file in ONESHOT_MACHINE does not describe a machine.',
    advice: 'Write it as the guide to GPUs shows, or unset the variable.',
    final: true,
  },
  'model-needed': {
    means: 'The recipe trains a model that must be given.',
    advice: 'Give `--model`: a Hugging Face folder, `org/name` of the hub, or `RUN[@STEP]`.',
    final: true,
    roles: ['usage'],
  },
  'name-unknown': {
    means: 'There is no run, evaluation or model of this name.',
    advice: 'Take one that `oneshot runs`, `evaluations` or `models` lists.',
    final: true,
  },
  'no-such-grader': {
    means: 'The evaluation has no scores of the grader that was asked for.',
    advice: 'Evaluate again with it among the graders.',
    final: true,
  },
  'output-taken': {
    means: 'What is to be written would go where something else is.',
    advice: 'Name a new or an empty folder.',
    final: true,
  },
  'output-unwritable': {
    means: 'The output cannot be written.',
    advice: 'Make room or the place writable, or name another.',
    final: true,
  },
  'place-ambiguous': {
    means: 'ONESHOT_AWS names a deployment, and `--home` a folder with results of its own.',
    advice: 'Say `--aws FILE` for the deployment, or unset ONESHOT_AWS for the folder.',
    final: true,
    roles: ['usage'],
  },
  'policy-invalid': {
    means: 'The file of `--policy` is no YAML or JSON, or holds no rules of a gate.',
    advice: 'Correct what the message names; the guide to comparing shows such a file.',
    final: true,
    roles: ['usage'],
  },
  'port-taken': {
    means: 'The port of `oneshot serve` is in use, or not for this user.',
    advice: 'Choose another with `--port`; 0 takes any that is free.',
    final: true,
  },
  'prompts-invalid': {
    means: 'A line of `oneshot generate --in` is no prompt, or neither completion nor choice can follow it.',
    advice:
      'Correct the line that the message names: `{"prompt": TEXT}` or `{"messages": [{"role", "content"}]}`, with `"choices": [TEXT]` for `--score`.',
    final: true,
  },
  'python-missing': {
    means: 'There is no Python that can be used, or it does not start.',
    advice: 'Install Python 3.11 or later, or name one in ONESHOT_PYTHON.',
    final: true,
  },
  'recipe-needed': {
    means: 'A run was asked for without a recipe, examples or a run to fork.',
    advice: 'Name a recipe, `--data`, or `--fork`.',
    final: true,
    roles: ['usage'],
  },
  'recipe-unknown': {
    means: 'There is no recipe of this name.',
    advice: 'Take one of those that the message or `oneshot recipes` lists.',
    final: true,
    roles: ['usage'],
  },
  'reward-unknown': {
    means: '`--reward` names neither a built-in reward nor a module that can be read.',
    advice: 'Name a built-in reward, or the path of a module.',
    final: true,
    roles: ['usage'],
  },
  'runner-died': {
    means: 'The process of the workers ended without a reason of its own, as one does that is killed.',
    advice: 'Run the same command again: what it worked on is done again.',
    final: false,
  },
  'setting-invalid': {
    means: 'A setting cannot have this value.',
    advice: 'Give a value of the kind and range that the message names.',
    final: true,
    roles: ['usage'],
  },
  'setting-unknown': {
    means: 'There is no setting of this name.',
    advice: 'Take a name that `oneshot recipes NAME` lists.',
    final: true,
    roles: ['usage'],
  },
  terminated: {
    means: 'The command was ended by SIGTERM.',
    advice: 'Run the same command again.',
    final: false,
  },
  'store-needed': {
    means: 'The command reads whole records, which the API of a server gives in parts or not at all.',
    advice: 'Run it where the store is, with `--home` or `--aws`, or look at the pages of the server.',
    final: true,
    roles: ['usage'],
  },
  'text-invalid': {
    means: 'A line of a batch is not UTF-8.',
    advice: 'Save the input as UTF-8.',
    final: true,
  },
  usage: {
    means: 'The command line cannot be understood.',
    advice: 'Read the `--help` that the message names.',
    final: true,
    roles: ['usage'],
  },
  'wandb-failed': {
    means: 'The package wandb failed.',
    advice: 'Read what it said, which the message quotes.',
    final: false,
  },
  'wandb-missing': {
    means: 'The Python that was chosen has no package wandb.',
    advice: 'Install it there, or name another in ONESHOT_PYTHON.',
    final: true,
  },
} as const satisfies CodeTable;
