import { styleText } from 'node:util';
import {
  Command,
  type CommandUnknownOpts,
  Help,
  type HelpConfiguration,
  type HelpContext,
} from '@commander-js/extra-typings';
import { hasColours } from './colour.ts';
import { UsageError } from './usage-error.ts';

/** A command line that shows what a command is for. */
export interface Example {
  /** What follows the name of the program. */
  readonly args: string;
  readonly says: string;
}

/** A command that throws what is wrong with its words, where commander would print it and leave. */
export class StrictCommand extends Command {
  readonly #examples: Example[] = [];

  constructor(name?: string) {
    super(name);
    this.exitOverride(); // it throws after help, too
    this.configureHelp(HELP);
    this.configureOutput({ getOutHasColors: () => hasColours(process.stdout) });
    this.addHelpText('after', () => examplesText(this.#examples));
  }

  override createCommand(name?: string): StrictCommand {
    return new StrictCommand(name);
  }

  /** Adds a command line to the end of the help. @param args - what follows the name of the program */
  example(args: string, says: string): this {
    this.#examples.push({ args, says });
    return this;
  }

  get examples(): readonly Example[] {
    return this.#examples;
  }

  override error(message: string): never {
    throw new UsageError(commandPath(this), inOneLine(message));
  }

  /** Asked for as an error, it is that a command was not named. */
  override help(context?: HelpContext | ((text: string) => string)): never {
    if (typeof context === 'function') return super.help(context);
    if (!context?.error) return super.help(context);
    const known = this.commands.map((command) => command.name()).join(', ');
    throw new UsageError(commandPath(this), `name a command: ${known}`);
  }
}

/** Such as `oneshot data push`. */
export function commandPath(command: CommandUnknownOpts): string {
  const names = [command.name()];
  for (let parent = command.parent; parent; parent = parent.parent) names.unshift(parent.name());
  return names.join(' ');
}

/** Help without what nobody reads: that flags are off, and that a command has options. */
const HELP: HelpConfiguration = {
  showGlobalOptions: true,
  visibleGlobalOptions: ({ parent }) => {
    if (parent === null) return [];
    const root = parent.parent ?? parent; // commands lie two deep at most
    return root.options.filter(({ long }) => long !== '--version');
  },
  subcommandTerm: (command) => new Help().subcommandTerm(command).replace(' [options]', ''),
  optionDescription: (option) => new Help().optionDescription(option).replace(/ \(default: false\)$/, ''),
  styleTitle: bold,
};

/** For help alone: commander takes it out again where there are no colours. */
function bold(text: string): string {
  return styleText('bold', text, { validateStream: false });
}

function examplesText(examples: readonly Example[]): string {
  if (examples.length === 0) return '';
  const lines = examples.map(({ args, says }) => `  # ${says}\n  oneshot ${args}`);
  return `\n${bold('Examples:')}\n${lines.join('\n')}`;
}

function inOneLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\((.*)\)$/, '. $1')
    .replaceAll(/\s*\n\s*/g, ' ');
}
