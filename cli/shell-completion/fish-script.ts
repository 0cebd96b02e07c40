import type { CompletedCommand, CompletedOption, Values } from './completion-tree.ts';

/** What fish sources: a rule for each word that may follow. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => quotedForFish(path));
  return `# fish completion of oneshot, made by "oneshot completion fish"
function __oneshot_at
  set -l at oneshot
  for word in (commandline -opc)[2..]
    switch "$at $word"
      case ${paths.join(' ')}
        set at "$at $word"
    end
  end
  test "$at" = "$argv"
end

complete -c oneshot -f
${commands.flatMap(rules).join('\n')}
`;
}

function rules({ path, commands, options, argument }: CompletedCommand): string[] {
  const here = `complete -c oneshot -n ${quotedForFish(`__oneshot_at ${path}`)}`;
  return [
    ...commands.map(({ name, says }) => `${here} -a ${name} -d ${quotedForFish(says)}`),
    ...(argument && argument.kind !== 'free' ? [`${here} ${argumentRule(argument)}`] : []),
    ...options.map((option) => `${here} ${optionRule(option)}`),
  ];
}

function argumentRule(values: Values): string {
  return values.kind === 'files' ? '-F' : given(values);
}

function optionRule({ flag, says, values }: CompletedOption): string {
  const rule = `-l ${flag.replace(/^--/, '')} -d ${quotedForFish(says)}`;
  if (!values) return rule;
  if (values.kind === 'free') return `${rule} -x`;
  return values.kind === 'files' ? `${rule} -rF` : `${rule} -x ${given(values)}`;
}

function given(values: Values): string {
  if (values.kind === 'words') return `-a ${quotedForFish(values.words.join(' '))}`;
  return `-a '(__fish_complete_directories)'`;
}

function quotedForFish(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
