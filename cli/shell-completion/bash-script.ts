import type { CompletedCommand, Values } from './completion-tree.ts';
import { inGroups, quoted } from './script-parts.ts';

/** What bash sources. `complete` calls the function with the words of the line in `COMP_WORDS`. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => path);
  return `# bash completion of oneshot, made by "oneshot completion bash"
_oneshot_give() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$@"))
}

# one of the words, or of a list with commas the next
_oneshot_words() {
  local before=
  if [[ $1 == list && $cur == *,* ]]; then before="\${cur%,*},"; fi
  local IFS=$' \\n'
  COMPREPLY=($(compgen -P "$before" -W "$2" -- "\${cur#"$before"}"))
}

_oneshot() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" at=oneshot word
  if [[ $cur == = ]]; then cur=; elif [[ $previous == = ]]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${paths.map(quoted).join(' | ')}) at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
${inGroups(commands)
  .map(({ places, values }) => `    ${places.map(quoted).join(' | ')}) ${give(values)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${commands.map(branch).join('\n')}
  esac
}

complete -F _oneshot oneshot
`;
}

function branch({ path, commands, options, argument }: CompletedCommand): string {
  const flags = options.map(({ flag }) => flag).join(' ');
  const names = commands.map(({ name }) => name).join(' ');
  const rest = names === '' ? give(argument ?? { kind: 'free' }) : `_oneshot_words one ${quoted(names)}`;
  return `    ${quoted(path)})
      if [[ $cur == -* ]]; then _oneshot_words one ${quoted(flags)}; else ${rest}; fi ;;`;
}

function give(values: Values): string {
  if (values.kind === 'words')
    return `_oneshot_words ${values.list ? 'list' : 'one'} ${quoted(values.words.join(' '))}`;
  if (values.kind === 'free') return ':';
  return `compopt -o filenames 2> /dev/null; _oneshot_give ${values.kind === 'files' ? '-f' : '-d'} -- "$cur"`;
}
