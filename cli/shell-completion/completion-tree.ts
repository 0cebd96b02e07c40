import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { commandPath } from '../terminal/strict-command.ts';

/** What may stand in a place of a command line. `free`: something that nobody can list. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly list: boolean }
  | { readonly kind: 'files' | 'folders' | 'free' };

export interface CompletedOption {
  /** Such as `--home`. */
  readonly flag: string;
  readonly says: string;
  /** `undefined`: it takes none. */
  readonly values: Values | undefined;
}

/** A command with what may follow it. */
export interface CompletedCommand {
  /** Such as `oneshot data push`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly says: string }[];
  readonly options: readonly CompletedOption[];
  /** Of its arguments; all of a command's are of one kind, or the first counts. */
  readonly argument: Values | undefined;
}

/** Words that a placeholder such as `<recipe>` stands for. A list has commas between them. */
export type Placeholders = Readonly<Record<string, Values>>;

/** What a program takes, as its commands declare it: the program first, each command before those below it. */
export function completionTree(
  program: CommandUnknownOpts,
  placeholders: Placeholders,
): readonly CompletedCommand[] {
  const shared = program.options.filter(({ long }) => long !== '--version');
  const visit = (command: CommandUnknownOpts): CompletedCommand[] => {
    const own = command.options.filter(({ hidden }) => !hidden);
    const options = command === program ? program.options : [...own, ...shared];
    const [argument] = command.registeredArguments;
    return [
      {
        path: commandPath(command),
        commands: command.commands.map((each) => ({ name: each.name(), says: saysOf(each) })),
        options: [
          ...options.map((option) => completedOption(option, placeholders)),
          { flag: '--help', says: 'display help for command', values: undefined },
        ],
        argument: argument && valuesOf(argument.name(), argument, placeholders),
      },
      ...command.commands.flatMap(visit),
    ];
  };
  return visit(program);
}

function saysOf(command: CommandUnknownOpts): string {
  return command.summary() || command.description();
}

function completedOption(option: Option, placeholders: Placeholders): CompletedOption {
  const [, placeholder] = /[<[]([^>\]]+)/.exec(option.flags) ?? [];
  return {
    flag: option.long ?? option.flags,
    says: option.description,
    values: placeholder === undefined ? undefined : valuesOf(placeholder, option, placeholders),
  };
}

function valuesOf(
  placeholder: string,
  { argChoices }: Pick<Argument | Option, 'argChoices'>,
  placeholders: Placeholders,
): Values {
  if (argChoices) return { kind: 'words', words: argChoices, list: false };
  const [name = ''] = placeholder.split(/\W/);
  return placeholders[name] ?? { kind: 'free' };
}
