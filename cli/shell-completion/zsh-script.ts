import type { CompletedCommand, Values } from './completion-tree.ts';
import { inGroups, quoted } from './script-parts.ts';

/** What zsh loads as a function of its completion system. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => path);
  return `#compdef oneshot
# zsh completion of oneshot, made by "oneshot completion zsh"
_oneshot() {
  local at=oneshot word previous="$words[CURRENT-1]"
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${paths.map(quoted).join('|')}) at="$at $word" ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$at $previous" in
${inGroups(commands)
  .map(({ places, values }) => `    (${places.map(quoted).join('|')}) ${give(values)}; return ;;`)
  .join('\n')}
  esac
  case "$at" in
${commands.map(branch).join('\n')}
  esac
}

if [[ $funcstack[1] == _oneshot ]]; then _oneshot "$@"; else compdef _oneshot oneshot; fi
`;
}

function branch({ path, commands, options, argument }: CompletedCommand): string {
  const flags = options.map(({ flag, says }) => described(flag, says)).join(' ');
  const names = commands.map(({ name, says }) => described(name, says)).join(' ');
  const rest =
    names === '' ? give(argument ?? { kind: 'free' }) : `offered=(${names}); _describe command offered`;
  return `    (${quoted(path)})
      if [[ $PREFIX == -* ]]; then offered=(${flags}); _describe option offered
      else ${rest}
      fi ;;`;
}

function described(name: string, says: string): string {
  return quoted(`${name}:${says.replaceAll(':', '\\:')}`);
}

function give(values: Values): string {
  if (values.kind === 'words') {
    const words = `compadd -- ${values.words.map(quoted).join(' ')}`;
    return values.list ? `compset -P '*,'; ${words}` : words;
  }
  if (values.kind === 'free') return ':';
  return values.kind === 'files' ? '_files' : '_files -/';
}
