import { Argument } from '@commander-js/extra-typings';
import { StrictCommand } from '../terminal/strict-command.ts';

export const completionCommand = new StrictCommand('completion')
  .description('print a script that completes commands, options and names in a shell')
  .example('completion bash >> ~/.bash_completion', 'bash, from the next shell on')
  .example('completion zsh > ~/.zfunc/_oneshot', 'zsh, where ~/.zfunc is in its fpath')
  .example('completion fish > ~/.config/fish/completions/oneshot.fish', 'fish')
  .addArgument(new Argument('<shell>', 'of your terminal').choices(['bash', 'zsh', 'fish']))
  .action(async (shell, _, command) =>
    (await import('../shell-completion/print-completion.ts')).printCompletion(shell, command),
  );
