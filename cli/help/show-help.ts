/**
 * `oneshot help`: of a command what its `--help` says, and topics that belong to no command: `exit-codes`, `environment`
 * (`environment.ts` is the table) and `json`. `npm run docs:make` writes the same tables into the guide. Imports `terminal/`.
 */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { didYouMean } from '#shared/nearest.ts';
import { EXIT, EXIT_MEANINGS } from '../terminal/exit-codes.ts';
import { wrappedText } from '../terminal/wrapped-text.ts';
import { environment } from './environment.ts';

const JSON_LINES = `Commands with --json print JSON lines on standard output: one object a result, and
objects with "event" of what happens meanwhile. A failure is one object there:

    {"error":{"code":"run-unknown","message":"…","exitCode":1}}

"code" is stable. Progress of commands that print a result is JSON lines on
standard error, without --quiet. Shares are numbers from 0 to 1, sizes bytes,
moments RFC 3339 in UTC; what has no value is null.

A line of runs, evaluations and models is an item of GET /v1/runs, /v1/evaluations
and /v1/models, here and with --server. Beside it a store tells "sizeBytes" and,
of a run, "seenAt": when something of it was stored last.
`;

const topics: Readonly<Record<string, () => string>> = {
  'exit-codes': () =>
    termList(
      Object.entries(EXIT_MEANINGS).map(([name, means]) => [
        String(EXIT[name as keyof typeof EXIT]), // keys of the record are those
        means,
      ]),
    ),
  environment: () =>
    termList(environment.map(({ name, says, otherwise }) => [name, `${says}; else: ${otherwise}`])),
  json: () => JSON_LINES,
};

/**
 * Prints the help on a command or a topic; without words, on all commands.
 *
 * @param command - the help command, whose parent is the program
 */
export function showHelp(words: readonly string[], command: CommandUnknownOpts): void {
  const topic = topics[words.join(' ')];
  if (topic) {
    process.stdout.write(topic());
    return;
  }
  let found = command.parent ?? command;
  for (const word of words) {
    const next = found.commands.find((each) => each.name() === word);
    if (next) found = next;
    else {
      const known = [...found.commands.map((each) => each.name()), ...Object.keys(topics)];
      command.error(
        `there is no help on ${words.join(' ')}.${didYouMean(word, known)} Topics are ${Object.keys(topics).join(', ')}; "oneshot --help" lists the commands.`,
      );
    }
  }
  found.outputHelp();
}

/** Terms with what they mean below them, as wide as a narrow terminal. */
function termList(terms: readonly (readonly [term: string, means: string])[]): string {
  return terms.map(([term, means]) => `${term}\n${wrappedText(means)}`).join('');
}
