/**
 * How pylatexenc 2.10 writes the commands that take arguments: `%s` is the next argument, `%2` the second.
 * What is missing here and in the symbols vanishes, and braces after it are a group of their own.
 */
export interface LatexCommand {
  /** `{` a required argument, `[` an optional one, `*` an optional star. */
  readonly takes: string;
  readonly writes: string;
}

const SHOWN = 'mathrm emph textrm textit textbf textsc textsl text';
const BARE =
  'overline underline widehat widetilde wideparen overleftarrow overrightarrow overleftrightarrow underleftarrow ' +
  'underrightarrow underleftrightarrow overbrace underbrace overgroup undergroup overbracket underbracket';
const HIDDEN = 'mbox textmd textsf texttt textup label ensuremath';

/** Shown as their argument, or as nothing where it is missing: unlike `%s`, which then stands there as it is. */
export const SHOWN_COMMANDS: ReadonlySet<string> = new Set(SHOWN.split(' '));

export const LATEX_COMMANDS: ReadonlyMap<string, LatexCommand> = new Map([
  ...all(SHOWN, { takes: '{', writes: '%s' }),
  ...all(BARE, { takes: '{', writes: '%s' }),
  ...all(HIDDEN, { takes: '{', writes: '' }),
  ...all('frac nicefrac', { takes: '{{', writes: '%s/%s' }),
  ...all('textfrac', { takes: '', writes: '%s/%s' }),
  ...all('sqrt', { takes: '[{', writes: '√(%2)' }),
  ...all('textcolor colorbox', { takes: '[{{', writes: '%3' }),
  ...all('color hphantom vphantom xleftarrow xrightarrow', { takes: '[{', writes: '' }),
  ...all('ket', { takes: '{', writes: '|%s⟩' }),
  ...all('bra', { takes: '{', writes: '⟨%s|' }),
  ...all('braket', { takes: '{{', writes: '⟨%s|%s⟩' }),
  ...all('hspace', { takes: '*{', writes: '' }),
  ...all('vspace', { takes: '*{', writes: '\n' }),
  ...all('\\', { takes: '*[', writes: '\n' }),
]);

function all(names: string, command: LatexCommand): [name: string, LatexCommand][] {
  return names.split(' ').map((name) => [name, command]);
}
