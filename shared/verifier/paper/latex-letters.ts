/** First capital and first small letter of each mathematical alphabet in Unicode. */
const ALPHABETS: ReadonlyMap<string, readonly [capital: number, small: number]> = new Map([
  ['mathbf', [0x1d400, 0x1d41a]],
  ['mathit', [0x1d434, 0x1d44e]],
  ['mathcal', [0x1d49c, 0x1d4b6]],
  ['mathscr', [0x1d49c, 0x1d4b6]],
  ['mathfrak', [0x1d504, 0x1d51e]],
  ['mathbb', [0x1d538, 0x1d552]],
  ['mathsf', [0x1d5a0, 0x1d5ba]],
  ['mathtt', [0x1d670, 0x1d68a]],
]);

/** Letters that Unicode had before the alphabets. */
const OLDER: Readonly<Record<string, string>> = {
  mathit: 'hℎ',
  mathcal: 'BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ',
  mathscr: 'BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ',
  mathfrak: 'CℭHℌIℑRℜZℨ',
  mathbb: 'CℂHℍNℕPℙQℚRℝZℤ',
};

/** Combining characters; the one-letter commands are those of prose. */
const ACCENTS: ReadonlyMap<string, string> = new Map(
  (
    '\' 0301  ` 0300  " 0308  ^ 0302  ~ 0303  = 0304  . 0307  c 0327  H 030b  k 0328  b 0331  d 0323  r 030a  ' +
    'u 0306  v 030c  vec 20d7  dot 0307  hat 0302  check 030c  breve 0306  acute 0301  grave 0300  tilde 0303  ' +
    'bar 0305  ddot 0308  not 0338'
  )
    .split('  ')
    .map((pair): [name: string, accent: string] => {
      const [name = '', code = ''] = pair.split(' ');
      return [name, String.fromCodePoint(Number.parseInt(code, 16))];
    }),
);

/** `\mathbb`, `\vec` and their like: commands that change the letters of their one argument. */
export function changesLetters(command: string): boolean {
  return ALPHABETS.has(command) || ACCENTS.has(command);
}

/** The argument of such a command in other letters; an accent without argument stands over a space. */
export function changeLetters(command: string, argument: string | undefined): string {
  const accent = ACCENTS.get(command);
  if (accent !== undefined) return accented(argument?.trim() ?? ' ', accent);
  return [...(argument ?? '')].map((letter) => inAlphabet(command, letter)).join('');
}

function accented(text: string, accent: string): string {
  const dotted = (letter: string) => ({ ı: 'i', ȷ: 'j' })[letter] ?? letter;
  return [...text].map((letter) => (dotted(letter) + accent).normalize('NFC')).join('');
}

function inAlphabet(command: string, letter: string): string {
  if (!/^[A-Za-z]$/.test(letter)) return letter;
  const older = OLDER[command] ?? '';
  const at = older.indexOf(letter);
  if (at >= 0) return older.charAt(at + 1);
  const [capital, small] = ALPHABETS.get(command) ?? [0, 0];
  const isCapital = letter <= 'Z';
  return String.fromCodePoint(
    (isCapital ? capital : small) + letter.charCodeAt(0) - (isCapital ? 0x41 : 0x61),
  );
}
