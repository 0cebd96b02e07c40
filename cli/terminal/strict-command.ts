import { Command, type CommandUnknownOpts, type HelpContext } from '@commander-js/extra-typings';
import { UsageError } from './usage-error.ts';

/** A command that throws what is wrong with its words, where commander would print it and leave. */
export class StrictCommand extends Command {
  constructor(name?: string) {
    super(name);
    this.exitOverride(); // it throws after help, too
  }

  override createCommand(name?: string): StrictCommand {
    return new StrictCommand(name);
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

function inOneLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\((.*)\)$/, '. $1')
    .replaceAll(/\s*\n\s*/g, ' ');
}
